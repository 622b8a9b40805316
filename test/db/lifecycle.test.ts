import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasEnded } from '../../src/core/job.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { listEvents } from '../../src/db/events.ts';
import { expire } from '../../src/db/expiry.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import type { LeaseRef } from '../../src/db/job-lease.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { useDatabase } from './database.ts';
import { type Seen, agrees, seen } from './invariants.ts';
import { claim, id, newProject, openRunner, pass, progress, put, queueExperiment } from './world.ts';

/** Two hosts, one job, and anything in any order: whatever happens, CHECKs hold and the rules of docs/job-lifecycle.md, too. */
const database = useDatabase();

const HOSTS = ['host-one', 'host-two'] as const;
const host = fc.constantFrom(...HOSTS);
const place = fc.record({ block: fc.integer({ min: 0, max: 1 }), cell: fc.integer({ min: 0, max: 1 }) });
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), host }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('claim' as const), host }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), host }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('beat' as const), host }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('put' as const), host, place, n: fc.integer({ min: 0, max: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('finish' as const), host, ok: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), host }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), s: fc.constantFrom(10, 40, 95) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), s: fc.constantFrom(20, 200) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type World = Awaited<ReturnType<typeof begin>>;

async function begin() {
  const { db } = database;
  const project = await newProject(db);
  const experiment = await queueExperiment(db, project, { timeout_s: 700 });
  return {
    db,
    project,
    experiment,
    hosts: id('runner'),
    sessions: new Map<string, Awaited<ReturnType<typeof openRunner>>>(),
    leases: new Map<string, LeaseRef>(),
  };
}

async function run(world: World, action: Step): Promise<unknown> {
  const { db, project, experiment, sessions, leases } = world;
  if (action.do === 'cancel') return requestCancel(db, project, experiment.id);
  if (action.do === 'pass' || action.do === 'outage') {
    await pass(db, action.s, action.do === 'pass' ? 'up' : 'down');
    return expire(db);
  }
  if (action.do === 'open') {
    const session = await openRunner(db, project, { host_id: `${action.host}-${world.hosts}` });
    return sessions.set(action.host, session);
  }
  if (action.do === 'claim') {
    const session = sessions.get(action.host);
    const answer = session && (await claim(db, session));
    return answer?.kind === 'job' && leases.set(action.host, answer.job);
  }
  const lease = leases.get(action.host);
  if (!lease) return undefined;
  if (action.do === 'start') return startJob(db, lease);
  if (action.do === 'beat') return heartbeat(db, { ...lease, progress: progress() });
  if (action.do === 'release') return releaseJob(db, lease);
  if (action.do === 'finish') {
    return finishJob(db, { ...lease, ...(action.ok ? SUCCESS : { outcome: 'failed', reason: 'fail-fast' }) });
  }
  const { block, cells } = experiment.schedule[action.place.block]!;
  return put(db, lease, cells[action.place.cell]!, block, { body: `${action.n}` });
}
const SUCCESS = { outcome: 'succeeded', reason: null } as const;

function follows(before: Seen, after: Seen): void {
  if (hasEnded(before.job.state)) expect(after).toEqual(before);
  for (const trial of before.trials) expect(after.trials).toContainEqual(trial);
  expect(after.job.generation).toBeGreaterThanOrEqual(before.job.generation);
  expect(after.experiment.version).toBeGreaterThanOrEqual(before.experiment.version);
  const visible = ({ experiment: { status, trials_done, progress: said, events_count, host: of } }: Seen) =>
    JSON.stringify([status, trials_done, said, events_count, of]);
  const changed = visible(before) !== visible(after);
  expect(after.experiment.version > before.experiment.version).toBe(changed);
}

/** 600 steps: each of the ends is met several times, in a few seconds. */
const RUNS = 20;
const TIMEOUT_MS = 60_000;

test(
  'Whatever two hosts, users and time do to a job, its states agree, its end is final and its trials stay',
  { timeout: TIMEOUT_MS },
  async () => {
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const world = await begin();
        for (const h of HOSTS) await run(world, { do: 'open', host: h });
        let before = await seen(world.db, world.experiment);
        for (const action of steps) {
          await run(world, action);
          const after = await seen(world.db, world.experiment);
          agrees(after);
          follows(before, after);
          before = after;
        }
        const events = await listEvents(world.db, world.project, world.experiment.id, { after: 0, limit: 1000 });
        expect(events?.map((event) => event.seq)).toEqual(events?.map((_event, i) => i + 1));
        const end = `${before.job.state} ${before.job.reason ?? ''}`.trim();
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }),
      { numRuns: RUNS, seed: 3, endOnFailure: true },
    );
    // The walk would prove little if it always ended in the same place.
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(['canceled canceled', 'failed fail-fast', 'failed runner-lost']),
    );
  },
);
