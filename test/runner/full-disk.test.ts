import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../src/runner/event.ts';
import { Spool } from '../../src/runner/spool.ts';
import { FIXTURES, fixtureTrial, temporaryFolder } from './support/fixture-trial.ts';
import { hasDisks, smallDisk } from './support/full-disk.ts';
import { expectNothingLeft, expectNothingOpen } from './support/nothing-left.ts';
import { fixtureSpec, problem, scriptedService, type Script } from './support/scripted-service.ts';
import { keptLog } from './support/silent-log.ts';
import { run } from './support/with-service.ts';

const BIN = fileURLToPath(new URL('../../bin/benchwright.js', import.meta.url));
const SPEC = fixtureSpec(['answers-wrong'], { repetitions: 2 });

/** Folders of trials that did not find a place in their data folder. */
const homesElsewhere = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('benchwright-trial-'));

/** The first answer to an upload is that the service is away: what it says of the disk is then told of a result in memory. */
function awayOnce(): Script {
  let puts = 0;
  return ({ call }) => {
    if (call !== 'put') return null;
    puts += 1;
    return puts === 1 ? problem(503, 'database-unavailable') : null;
  };
}

/** The real binary with one job; resolves with its exit code. */
async function runBinary(url: string, folder: string, stderr: number | 'ignore'): Promise<number | null> {
  const runner = spawn(process.execPath, [BIN, 'runner', '--once', '--targets', FIXTURES, '--data-dir', folder], {
    env: { ...process.env, BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: 'bw_runner_test', BENCHWRIGHT_LOG_LEVEL: 'debug' },
    stdio: ['ignore', 'ignore', stderr],
  });
  const [code] = (await once(runner, 'exit')) as [number | null];
  return code;
}

describe.skipIf(!hasDisks())('on a disk that is full', () => {
  afterEach(expectNothingOpen);

  it('a job goes on: its trials are run elsewhere, and their results are in memory until the service has them', async () => {
    using disk = smallDisk();
    const before = homesElsewhere();
    const service = await scriptedService(SPEC, awayOnce());
    const log = keptLog();
    const onEvent = (event: RunnerEvent): void => {
      if (event.type === 'probe') disk.fill();
    };
    try {
      await run({ service, folder: disk.path, options: { log, onEvent } });
      expect([...service.stored.values()].map((each) => each.failure?.reason)).toEqual([
        'contract-mismatch',
        'contract-mismatch',
      ]);
      expect(service.ended()).toMatchObject({ outcome: 'failed', reason: 'no-ok-trial' });
      expect(log.lines.join('\n')).toMatch(/a trial’s folder could not be made; it gets one elsewhere.*ENOSPC/);
      expect(log.lines.join('\n')).toMatch(/only in memory until the service has it.*ENOSPC/);
      expectNothingLeft(disk.path);
      expect(homesElsewhere()).toEqual(before);
      expect(existsSync(join(disk.path, 'runner.lock'))).toBe(false);
    } finally {
      await service.close();
    }
  });

  it('a runner does not start, says in one line why, and with an exit code after which it is started again', async () => {
    using disk = smallDisk();
    disk.fill();
    const service = await scriptedService(SPEC);
    try {
      await expect(run({ service, folder: disk.path })).rejects.toMatchObject({
        code: 'disk-trouble',
        message: expect.stringMatching(/takes nothing now \(ENOSPC\): make room there.*start the runner again\.$/),
      });
      expect(await runBinary(service.url, disk.path, 'ignore')).toBe(1);
      expect(service.received).toEqual([]);
    } finally {
      await service.close();
    }
  });

  it('that a trial is due for a rerun is remembered in memory, and told to be only there', async () => {
    using disk = smallDisk();
    disk.fill();
    const spool = new Spool(join(disk.path, 'spool'), { job_id: 'job_1', generation: 1 });
    expect(await spool.noteRerun({ cell: 'good.w1.c2', block: 1 }, true)).toBe('ENOSPC');
    expect(await spool.reruns()).toEqual([{ cell: 'good.w1.c2', block: 1 }]);
    expect(await spool.list()).toEqual([]);
  });
});

describe('where nothing can be written', () => {
  it('a trial that can have no folder at all is stored as one that did not start', async () => {
    using folder = temporaryFolder();
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = '/dev/null';
    try {
      const { state, failure } = await fixtureTrial({ folder: folder.path, server: 'good', homes: '/dev/null/trials' });
      expect(state).toBe('error');
      expect(failure).toMatchObject({ step: 'start', reason: 'start-failed' });
      expect(failure?.says).toMatch(/^No folder could be made for the server: .*ENOTDIR/);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('a runner whose log is on a full disk finishes its job all the same', async () => {
    using folder = temporaryFolder();
    const service = await scriptedService(SPEC, awayOnce());
    // Whatever is written there fails with ENOSPC (null(4)).
    const full = openSync('/dev/full', 'w');
    try {
      expect(await runBinary(service.url, folder.path, full)).toBe(0);
      expect(service.stored.size).toBe(2);
      expectNothingLeft(folder.path);
    } finally {
      closeSync(full);
      await service.close();
    }
  });
});
