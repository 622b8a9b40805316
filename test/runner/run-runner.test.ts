import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { trialResultSchema } from '../../src/core/trial-result.ts';
import type { RunnerEvent } from '../../src/runner/event.ts';
import { type RunnerOptions, runRunner } from '../../src/runner/run-runner.ts';
import { Spool } from '../../src/runner/spool.ts';
import { FIXTURES, temporaryFolder } from './support/fixture-trial.ts';
import { expectNothingLeft, startedProcesses } from './support/nothing-left.ts';
import {
  fixtureSpec,
  problem,
  type Script,
  scriptedService,
  type ScriptedService,
} from './support/scripted-service.ts';
import { keptLog, SILENT } from './support/silent-log.ts';

interface Run {
  readonly service: ScriptedService;
  readonly folder: string;
  readonly options?: Partial<RunnerOptions>;
}

const run = ({ service, folder, options }: Run): Promise<void> =>
  runRunner({
    url: service.url,
    key: 'bw_runner_test',
    version: '0.1.0',
    targetsDirs: [FIXTURES],
    dataDir: folder,
    once: true,
    signal: AbortSignal.timeout(50_000),
    log: SILENT,
    ...options,
  });

/** The runner with one job on a scripted service and a folder of its own. */
async function withService(
  spec: ReturnType<typeof fixtureSpec>,
  script: Script,
  use: (run: Run) => Promise<void>,
): Promise<void> {
  using folder = temporaryFolder();
  const service = await scriptedService(spec, script);
  try {
    await use({ service, folder: folder.path });
    expectNothingLeft(folder.path);
    expect(existsSync(join(folder.path, 'runner.lock'))).toBe(false);
  } finally {
    await service.close();
  }
}
const usual: Script = () => null;
const callsOf = (service: ScriptedService) => service.received.map((each) => each.call);

describe('a runner with a job', () => {
  afterEach(() => expectNothingLeft());

  it('runs every trial of every block, stores each under its lease, and finishes', async () => {
    await withService(fixtureSpec(['good', 'answers-wrong'], { repetitions: 2, window_s: 1.5 }), usual, async (given) => {
      const events: RunnerEvent[] = [];
      await run({ ...given, options: { onEvent: (event) => events.push(event) } });
      const { service } = given;
      expect([...service.stored.keys()].filter((key) => key.includes('/1/')).sort()).toEqual([
        '1/1/answers-wrong.w1.c2',
        '1/1/good.w1.c2',
        '2/1/answers-wrong.w1.c2',
        '2/1/good.w1.c2',
      ]);
      for (const result of service.stored.values()) expect(trialResultSchema.safeParse(result).error).toBeUndefined();
      const good = service.stored.get('1/1/good.w1.c2');
      expect(good).toMatchObject({ state: 'ok', interface: 'http', host: { smt_shared: false } });
      expect(good?.probe_service_ms).toBeGreaterThan(0);
      expect(good?.floor?.throughput_rps).toBeGreaterThan(0);
      expect(service.stored.get('2/1/answers-wrong.w1.c2')?.failure).toMatchObject({ reason: 'contract-mismatch' });
      expect(service.ended()).toEqual({ outcome: 'succeeded', reason: null, blocks: 2 });
      expect(callsOf(service).slice(0, 3)).toEqual(['sessions', 'claims', 'start']);
      expect(new Set(service.received.slice(2).map((each) => each.lease))).toEqual(new Set(['lea_1']));
      const beats = service.received.filter((each) => each.call === 'heartbeat').map((each) => each.body['progress']);
      expect(beats).toContainEqual(expect.objectContaining({ phase: 'window', rps: expect.any(Number) }));
      const kinds = new Set(events.map((event) => event.type));
      expect(kinds).toEqual(
        new Set([
          'session-opened',
          'job-claimed',
          'provisioning',
          'provisioned',
          'probe',
          'floor',
          'trial-started',
          'phase',
          'second',
          'trial-ended',
          'job-ended',
        ]),
      );
    });
  });

  it('skips the later trials of a deployment that failed twice, with the reason', async () => {
    const spec = fixtureSpec(['dies-at-start'], { repetitions: 3 });
    await withService(spec, usual, async (given) => {
      await run(given);
      const states = [1, 2, 3].map((block) => given.service.stored.get(`${block}/1/dies-at-start.w1.c2`));
      expect(states.map((each) => each?.state)).toEqual(['error', 'error', 'skipped']);
      expect(states[2]?.failure).toMatchObject({ step: 'ready', reason: 'exited-early', output: null });
      expect(states[2]?.failure?.says).toMatch(/^Not run: two trials of dies-at-start failed before/);
    });
  });

  it('of which no trial was ok has failed', async () => {
    await withService(fixtureSpec(['answers-500']), usual, async (given) => {
      await run(given);
      expect(given.service.ended()).toEqual({ outcome: 'failed', reason: 'no-ok-trial', blocks: 1 });
    });
  });

  it('with fail_fast stores the rest as skipped after the first failure', async () => {
    const spec = fixtureSpec(['answers-500'], { fail_fast: true, repetitions: 3 });
    await withService(spec, usual, async (given) => {
      await run(given);
      expect([...given.service.stored.values()].map((each) => each.failure?.reason)).toEqual([
        'contract-mismatch',
        'fail-fast',
        'fail-fast',
      ]);
      expect(given.service.ended()).toMatchObject({ outcome: 'failed', reason: 'fail-fast' });
    });
  });

  it('stores trials of a target that it does not have as skipped', async () => {
    const spec = fixtureSpec(['good']);
    const elsewhere = { ...spec, deployments: [{ id: 'good', target: 'unheard-of', server: 'good' }] };
    await withService(elsewhere, usual, async (given) => {
      await run(given);
      expect(given.service.stored.get('1/1/good.w1.c2')).toMatchObject({
        state: 'skipped',
        failure: { step: 'provision', reason: 'target-unavailable', says: 'This runner has no target unheard-of.' },
      });
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

  it('that is lost to another is abandoned without a word', async () => {
    const script: Script = ({ call }) => (call === 'put' ? problem(409, 'lease-lost') : null);
    await withService(fixtureSpec(['answers-wrong'], { repetitions: 50 }), script, async (given) => {
      await run(given);
      expect(callsOf(given.service).filter((call) => call === 'put')).toHaveLength(1);
      expect(callsOf(given.service)).not.toContain('finish');
      expect(callsOf(given.service)).not.toContain('release');
    });
  });

  it('past its deadline is ended as failed, with what was measured', async () => {
    const script: Script = ({ call }) =>
      call === 'claims' ? { status: 200, body: { ...claimed, deadline_in_s: 3 }, headers: {} } : null;
    const spec = fixtureSpec(['good'], { window_s: 60 });
    const claimed = {
      job_id: 'job_1',
      experiment_id: 'exp_1',
      attempt: 1,
      generation: 1,
      lease_id: 'lea_1',
      spec,
      schedule: [{ block: 1, cells: ['good.w1.c2'] }],
      done_trials: [],
    };
    await withService(spec, script, async (given) => {
      await run(given);
      expect(given.service.ended()).toMatchObject({ outcome: 'failed', reason: 'deadline' });
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

describe('a runner and its service', () => {
  afterEach(() => expectNothingLeft());

  it('goes on measuring while the service is away, and brings the results when it is back', async () => {
    let failures = 0;
    const script: Script = ({ call, path }) => {
      if (call === 'put' && path.includes('/1/1') && failures < 3) {
        failures += 1;
        return failures === 1 ? { status: 0, hangUp: true } : { status: 503, body: 'not JSON at all' };
      }
      return null;
    };
    await withService(fixtureSpec(['answers-wrong'], { repetitions: 2 }), script, async (given) => {
      await run(given);
      expect(failures).toBe(3);
      expect(given.service.stored.size).toBeGreaterThanOrEqual(2);
      expect(given.service.ended()).toMatchObject({ blocks: expect.any(Number) });
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('sends what lay in the spool of this job first, exactly as it was, and does not run it again', async () => {
    const spec = fixtureSpec(['answers-wrong']);
    await withService(spec, usual, async (given) => {
      const bytes = Buffer.from('{"state":"ok",  "measured":"before the restart"}');
      await new Spool(join(given.folder, 'spool'), { job_id: 'job_1', generation: 1 }).put(
        { cell: 'answers-wrong.w1.c2', block: 1, run: 1 },
        bytes,
      );
      await new Spool(join(given.folder, 'spool'), { job_id: 'job_0', generation: 1 }).put(
        { cell: 'answers-wrong.w1.c2', block: 1, run: 1 },
        bytes,
      );
      const log = keptLog();
      await run({ ...given, options: { log } });
      const puts = given.service.received.filter((each) => each.call === 'put');
      expect(puts.map((each) => each.bytes.equals(bytes))).toEqual([true]);
      expect(callsOf(given.service)).toEqual(expect.arrayContaining(['start', 'put', 'finish']));
      expect(log.lines.join('\n')).toContain('job_0.1');
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('records a trial whose body the service will never take as such, and goes on', async () => {
    const script: Script = ({ call, path, body }) =>
      call === 'put' && path.includes('/1/1') && (body['failure'] as { reason: string }).reason !== 'upload-rejected'
        ? problem(413, 'body-too-large')
        : null;
    await withService(fixtureSpec(['answers-wrong'], { repetitions: 2 }), script, async (given) => {
      await run(given);
      expect(given.service.stored.get('1/1/answers-wrong.w1.c2')).toMatchObject({
        state: 'error',
        failure: { reason: 'upload-rejected' },
      });
      expect(given.service.stored.get('2/1/answers-wrong.w1.c2')).toMatchObject({
        failure: { reason: 'contract-mismatch' },
      });
    });
  });

  it('leaves the service its copy when the two differ', async () => {
    const script: Script = ({ call, path }) =>
      call === 'put' && path.includes('/1/1') ? problem(409, 'result-conflict') : null;
    await withService(fixtureSpec(['answers-wrong'], { repetitions: 2 }), script, async (given) => {
      await run(given);
      expect(given.service.ended()).toMatchObject({ blocks: expect.any(Number) });
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('runs again what the service says is missing', async () => {
    let asked = 0;
    const script: Script = ({ call }) => {
      if (call !== 'finish') return null;
      asked += 1;
      const missing = [{ cell: 'answers-wrong.w1.c2', block: 1 }];
      return asked === 1 ? { ...problem(409, 'trials-missing', { missing }), headers: {} } : null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await run(given);
      const first = given.service.received.filter((each) => each.call === 'put' && each.path.endsWith('/1/1'));
      expect(first).toHaveLength(2);
      expect(given.service.ended()).toMatchObject({ blocks: expect.any(Number) });
    });
  });

  it.each([
    ['unauthorized', 401, 'key-refused'],
    ['forbidden', 403, 'key-refused'],
    ['runner-outdated', 426, 'outdated'],
  ])('ends with one clear error when the service says %s', async (code, status, expected) => {
    const script: Script = ({ call }) => (call === 'sessions' ? problem(status, code) : null);
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: expected });
      expect(callsOf(given.service)).toEqual(['sessions']);
    });
  });

  it('ends when a newer session of the same host took over', async () => {
    const script: Script = ({ call }) => (call === 'claims' ? problem(409, 'session-superseded') : null);
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: 'superseded' });
    });
  });

  it('repeats a claim whose answer was lost under the same key, and waits as long as it is told', async () => {
    const keys: unknown[] = [];
    const script: Script = ({ call, body }) => {
      if (call !== 'claims') return null;
      keys.push(body['claim_key']);
      if (keys.length === 1) return { status: 0, hangUp: true };
      return keys.length === 2 ? { status: 204, headers: { 'Retry-After': '0.1' } } : null;
    };
    await withService(fixtureSpec(['answers-500']), script, async (given) => {
      await run(given);
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(1);
    });
  });

  it('refuses a data folder that another runner holds, naming it and the remedy', async () => {
    const waiting: Script = ({ call }) =>
      call === 'claims' ? { status: 204, headers: { 'Retry-After': '0.1' } } : null;
    await withService(fixtureSpec(['answers-wrong']), waiting, async (given) => {
      const stop = new AbortController();
      const opened = Promise.withResolvers<void>();
      const first = run({ ...given, options: { signal: stop.signal, onEvent: () => opened.resolve() } });
      await opened.promise;
      await expect(run(given)).rejects.toMatchObject({
        code: 'data-dir-in-use',
        message: expect.stringMatching(new RegExp(`process ${process.pid}.*--data-dir`)),
      });
      stop.abort();
      await first;
    });
  });
});
