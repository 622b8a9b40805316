import * as fc from 'fast-check';
import { OUTCOMES } from '../../src/core/job.ts';
import type { Db } from '../../src/db/client.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { expire } from '../../src/db/expiry.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import type { LeaseRef } from '../../src/db/job-lease.ts';
import { heartbeat, releaseJob, startJob } from '../../src/db/job-run.ts';
import { claim, id, newProject, openRunner, pass, progress, put, queueExperiment } from './world.ts';

/** Walks of one job: what two hosts, a user and time may do to it, one step after the other. */

export const HOSTS = ['host-one', 'host-two'] as const;
const host = fc.constantFrom(...HOSTS);
const place = fc.record({ block: fc.integer({ min: 0, max: 1 }), cell: fc.integer({ min: 0, max: 1 }) });
const outcome = fc.constantFrom(...OUTCOMES);
export const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), host }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('claim' as const), host }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), host }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('beat' as const), host }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('put' as const), host, place, n: fc.integer({ min: 0, max: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('finish' as const), host, as: outcome }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), host }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), s: fc.constantFrom(10, 40, 95) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), s: fc.constantFrom(20, 200) }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type World = Awaited<ReturnType<typeof begin>>;

/** A project with one queued experiment of four trials, and no runner yet. */
export async function begin(db: Db) {
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

/** Does it, if it can be done: without a session nothing is claimed, without a lease nothing is written. */
export async function run(world: World, action: Step): Promise<unknown> {
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
    return finishJob(db, { ...lease, outcome: action.as, reason: action.as === 'failed' ? 'fail-fast' : null });
  }
  const { block, cells } = experiment.schedule[action.place.block]!;
  return put(db, lease, cells[action.place.cell]!, block, { body: `${action.n}` });
}
