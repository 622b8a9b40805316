import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type HostWatch, type Noise, noiseBetween, readCounters, watchHost } from './host-noise.ts';
import { disturbances, guarded, MAX_REPEATS } from './noise-guard.ts';

const QUIET: Noise = { elapsed_s: 2, steal: 0.002, foreign: 0.01, lag: 0, wait: 0.01, blind: 0, tick: 1 / 400 };

/** A watch that tells one noise after the other, and counts how often it was ended. */
function scripted(...noises: readonly Noise[]): { watch: () => HostWatch; ended: () => number } {
  let begun = 0;
  let ended = 0;
  const watch = (): HostWatch => {
    const noise = noises[begun] ?? QUIET;
    begun += 1;
    return {
      stood: () => undefined,
      waited: () => undefined,
      blind: () => undefined,
      end: () => ((ended += 1), noise),
    };
  };
  return { watch, ended: () => ended };
}

describe('what disturbs', () => {
  test('is nothing on a quiet host', () => {
    expect(disturbances(QUIET)).toEqual([]);
  });

  test.each([
    ['steal', { steal: 0.02 }, 'the hypervisor took 2 %'],
    ['the CPU of others', { foreign: 0.05 }, 'others used 5 % of the cores'],
    ['a process that stood still', { lag: 0.03 }, 'it stood still for 3 % of the time'],
    ['a server that could not see', { blind: 0.006 }, 'the server could not see when 0.6 % of the requests came'],
    ['an engine without its core', { wait: 0.05 }, 'the engine waited for its core for 5 % of its window'],
  ])('is %s', (_, change, says) => {
    expect(disturbances({ ...QUIET, ...change })).toEqual([says]);
  });

  test('is less or more where a measurement says so', () => {
    expect(disturbances({ ...QUIET, lag: 0.008 }, { lag: 0.01 })).toEqual([]);
    expect(disturbances({ ...QUIET, lag: 0.012, wait: 0.006 }, { lag: 0.01, wait: 0.005 })).toHaveLength(2);
  });

  test('is not what two ticks of the counters make of it in a short measurement', () => {
    const short = { ...QUIET, foreign: 0.028, tick: 1 / 200 };
    expect(disturbances(short)).toEqual([]);
    expect(disturbances({ ...short, tick: 1 / 20_000 })).toHaveLength(1);
  });
});

describe('the noise between two readings', () => {
  const SEEN = { elapsed_s: 2, stood_ms: 30, wait: 0.01, blind: 0.002 };
  const at = (work: number, own: number, steal: number, total: number) => ({
    all: { work, busy: work, steal, total },
    own,
  });

  test('leaves the own CPU out of that of others, and is in shares of all cores', () => {
    const noise = noiseBetween(at(1000, 500, 10, 9000), at(1360, 840, 14, 9400), SEEN);
    expect(noise).toEqual({
      elapsed_s: 2,
      steal: 0.01,
      foreign: 0.05,
      lag: 0.015,
      wait: 0.01,
      blind: 0.002,
      tick: 1 / 400,
    });
  });

  test('is only its own lag where there are no counters', () => {
    expect(noiseBetween(null, null, SEEN)).toEqual({
      elapsed_s: 2,
      steal: 0,
      foreign: 0,
      lag: 0.015,
      wait: 0.01,
      blind: 0.002,
      tick: 0,
    });
  });
});

describe('the guard', () => {
  const noisy = { ...QUIET, steal: 0.2 };

  test('measures once on a quiet host', async () => {
    const { watch, ended } = scripted(QUIET);
    let runs = 0;
    expect(await guarded(() => Promise.resolve((runs += 1)), { watch })).toEqual({
      judged: true,
      value: 1,
      repeats: 0,
    });
    expect([runs, ended()]).toEqual([1, 1]);
  });

  test('takes the first measurement that was not disturbed', async () => {
    const { watch } = scripted(noisy, noisy, QUIET);
    let runs = 0;
    expect(await guarded(() => Promise.resolve((runs += 1)), { watch })).toEqual({
      judged: true,
      value: 3,
      repeats: 2,
    });
  });

  test('takes one that a disturbed host could only have spoilt, when it is right all the same', async () => {
    const { watch } = scripted(noisy, noisy, QUIET);
    let runs = 0;
    const isSound = (value: number): boolean => value === 2;
    const outcome = await guarded(() => Promise.resolve((runs += 1)), { watch, isSound });
    expect(outcome).toEqual({ judged: true, value: 2, repeats: 1 });
  });

  test('gives up after three repeats, and has no value then', async () => {
    const { watch } = scripted(noisy, noisy, noisy, noisy, QUIET);
    let runs = 0;
    const outcome = await guarded(() => Promise.resolve((runs += 1)), { watch });
    const disturbed = Array.from({ length: 1 + MAX_REPEATS }, () => 'the hypervisor took 20 %');
    expect(outcome).toEqual({ judged: false, disturbed });
    expect(runs).toBe(1 + MAX_REPEATS);
  });

  test('passes on an error, and ends its watch', async () => {
    const { watch, ended } = scripted(noisy);
    await expect(guarded(() => Promise.reject(new Error('broken')), { watch })).rejects.toThrow('broken');
    expect(ended()).toBe(1);
  });
});

describe.skipIf(readCounters() === null)('the watch on a real host', () => {
  const SPIN_MS = 600;
  // By its own CPU: on a host that is busy otherwise, so much of the clock is less of a core.
  const spinning = `for (let used = 0; used < 1000 * ${SPIN_MS};) { const { user, system } = process.cpuUsage(); used = user + system; }`;

  test('does not take the CPU of an own process for that of others, living or ended', async () => {
    const before = readCounters();
    const child = spawn(process.execPath, ['-e', spinning], { stdio: 'ignore' });
    await once(child, 'close');
    const after = readCounters();
    // Ticks are of 10 ms: the child's CPU is in the own account, whatever others did meanwhile.
    expect(after!.own - before!.own).toBeGreaterThan((0.8 * SPIN_MS) / 10);
    expect(after!.all.work - before!.all.work).toBeGreaterThan((0.8 * SPIN_MS) / 10);
  });

  test('sees the CPU of a process that is not its own', async () => {
    const watch = watchHost();
    // The shell between them ends at once: what it left behind is nobody's child.
    const orphan = `${JSON.stringify(process.execPath)} -e ${JSON.stringify(spinning)} & echo started`;
    const shell = spawn('sh', ['-c', orphan], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(shell, 'exit');
    await once(shell.stdout.resume(), 'close');
    const { foreign, tick } = watch.end();
    expect(foreign / tick).toBeGreaterThan((0.8 * SPIN_MS) / 10);
  });

  test('sees that this process stood still, and what another says of itself', async () => {
    const watch = watchHost();
    const end = performance.now() + 200;
    while (performance.now() < end);
    // Timers that are due run in the order of their times: the watch has looked before this one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    watch.stood(100);
    const { lag, elapsed_s } = watch.end();
    expect(lag * elapsed_s).toBeGreaterThan(0.25);
  });
});
