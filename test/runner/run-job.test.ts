import { afterEach, describe, expect, it } from 'vitest';
import { trialResultSchema } from '../../src/core/trial-result.ts';
import type { RunnerEvent } from '../../src/runner/event.ts';
import { expectNothingOpen } from './support/nothing-left.ts';
import { claimedJob, fixtureSpec, problem, type Script } from './support/scripted-service.ts';
import { callsOf, run, usual, withService } from './support/with-service.ts';

describe('a runner with a job', () => {
  afterEach(expectNothingOpen);

  it('runs every trial of every block, stores each under its lease, and finishes', async () => {
    await withService(
      fixtureSpec(['good', 'answers-wrong'], { repetitions: 2, window_s: 1.5 }),
      usual,
      async (given) => {
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
            'step',
            'phase',
            'second',
            'measured',
            'spooled',
            'trial-ended',
            'finishing',
            'job-ended',
          ]),
        );
      },
    );
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

  it('ends a server at the memory that it was given', async () => {
    await withService(fixtureSpec(['eats-memory'], { window_s: 30 }), usual, async (given) => {
      await run({ ...given, options: { serverMemoryMb: 300 } });
      const stored = given.service.stored.get('1/1/eats-memory.w1.c2');
      expect(stored).toMatchObject({ state: 'error', failure: { step: 'window', reason: 'memory-limit' } });
      expect(stored?.failure?.says).toMatch(/300 MiB were allowed/);
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

  it('that crashes on what it was given says so, gives the job back, and throws', async () => {
    const spec = fixtureSpec(['answers-wrong']);
    const job = claimedJob(spec, { schedule: [{ block: 1, cells: ['a-cell-of-another-spec'] }] });
    const script: Script = ({ call }) => (call === 'claims' ? { status: 200, body: job } : null);
    await withService(spec, script, async (given) => {
      const endings: string[] = [];
      const onEvent = (event: RunnerEvent) => void (event.type === 'job-ended' && endings.push(event.ended));
      await expect(run({ ...given, options: { onEvent } })).rejects.toThrow('names a cell that its spec does not have');
      expect(endings).toEqual(['crashed']);
      expect(given.service.ended()).toBe('released');
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
    const spec = fixtureSpec(['good'], { window_s: 60 });
    const job = claimedJob(spec, { deadline_in_s: 3 });
    const script: Script = ({ call }) => (call === 'claims' ? { status: 200, body: job } : null);
    await withService(spec, script, async (given) => {
      await run(given);
      expect(given.service.ended()).toMatchObject({ outcome: 'failed', reason: 'deadline' });
    });
  });
});
