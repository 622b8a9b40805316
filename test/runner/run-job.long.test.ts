import { afterEach, describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../src/runner/event.ts';
import { expectNothingOpen, startedProcesses } from './support/nothing-left.ts';
import { fixtureSpec, type Script } from './support/scripted-service.ts';
import { run, usual, withService } from './support/with-service.ts';

describe('a runner with a job', () => {
  afterEach(expectNothingOpen);

  it('goes on after a server that breaks a limit, and stores what became of it', async () => {
    const spec = fixtureSpec(['floods-for-ever', 'good']);
    await withService(spec, usual, async (given) => {
      await run(given);
      const of = (server: string) => given.service.stored.get(`1/1/${server}.w1.c2`);
      expect(of('floods-for-ever')).toMatchObject({ state: 'error', failure: { reason: 'output-limit' } });
      expect(of('floods-for-ever')?.failure?.output).toMatch(/y{99}\n$/);
      expect(of('good')?.state).toBe('ok');
      expect(given.service.ended()).toMatchObject({ outcome: 'succeeded' });
    });
  });

  it('that is cancelled stops at once, keeps what was stored, and says so', async () => {
    let trials = 0;
    const script: Script = ({ call }) => {
      if (call === 'put') trials += 1;
      return call === 'heartbeat' && trials > 0
        ? { status: 200, body: {}, headers: { 'Job-Status': 'canceling' } }
        : null;
    };
    await withService(fixtureSpec(['good'], { repetitions: 50 }), script, async (given) => {
      await run(given);
      expect(given.service.ended()).toMatchObject({ outcome: 'canceled', reason: 'canceled' });
      expect(given.service.stored.size).toBeGreaterThan(0);
      expect(given.service.stored.size).toBeLessThan(5);
    });
  });

  it('whose operator wants it to end stops generator and server, gives the job back, and is gone in 15 s', async () => {
    const stop = new AbortController();
    await withService(fixtureSpec(['good'], { window_s: 60 }), usual, async (given) => {
      const onEvent = (event: RunnerEvent): void => {
        if (event.type === 'second' && event.second.phase === 'window') stop.abort();
      };
      let began = 0;
      stop.signal.addEventListener('abort', () => (began = performance.now()));
      await run({ ...given, options: { signal: stop.signal, onEvent } });
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(startedProcesses()).toEqual([]);
      expect(given.service.ended()).toBe('released');
    });
  });
});
