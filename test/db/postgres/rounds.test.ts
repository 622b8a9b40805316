import { expect, test } from 'vitest';
import { hasEnded } from '../../../src/core/job.ts';
import { type Random, seededRandom } from '../../../src/core/random.ts';
import { claimsTogether } from '../../../src/db/claims-together.ts';
import type { Db } from '../../../src/db/client.ts';
import { requestCancel } from '../../../src/db/experiments-cancel.ts';
import { listExperiments } from '../../../src/db/experiments-list.ts';
import { revokeShare, shareExperiment } from '../../../src/db/experiments-share.ts';
import { deleteExperiment, getExperiment } from '../../../src/db/experiments.ts';
import { expire } from '../../../src/db/expiry.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import type { AskFresh } from '../../../src/db/job-claim.ts';
import type { LeaseRef } from '../../../src/db/job-lease.ts';
import { heartbeat, releaseJob, startJob } from '../../../src/db/job-run.ts';
import { deleteRunner } from '../../../src/db/runners.ts';
import { pinBaseline, unpinBaseline } from '../../../src/db/series-baseline.ts';
import { setMainBranch } from '../../../src/db/series.ts';
import { listUnjudged, settleVerdict } from '../../../src/db/verdicts.ts';
import { agrees, eventsAreWhole, seen } from '../invariants.ts';
import {
  type Runner,
  claim,
  newProject,
  openRunner,
  pass,
  progress,
  put,
  putAll,
  queueExperiment,
  sha256,
} from '../world.ts';
import { useTwoClients } from './two-clients.ts';

/**
 * Runners, users, judges and the clock of two services, all at once and in any order. Each draws what it does from its seed; who comes first
 * is up to the database. A deadlock would be an error of the verb that it ends; everything else is seen in what is stored.
 */
const clients = useTwoClients();

const ROUNDS = 12;
/** Between two of them time passes, and what is stored is looked at. */
const PHASES = 4;
const STEPS = 6;
const EXPERIMENTS = 4;
/** Eight processes on seven hosts: two of them take the host from each other. Those of one service claim together. */
const PROCESSES = ['host-a', 'host-a', 'host-b', 'host-c', 'host-d', 'host-e', 'host-f', 'host-g'] as const;
const TIMEOUT_MS = 60_000;

type Queued = Awaited<ReturnType<typeof queueExperiment>>;

interface Round {
  readonly project: string;
  readonly experiments: readonly Queued[];
  /** How often each verb gave each answer. */
  readonly answers: Map<string, number>;
}

/** Does one thing; what it answers is counted. */
type Actor = (round: Round, random: Random) => Promise<string>;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

function runnerProcess(db: Db, host: string, ask: AskFresh): Actor {
  let session: Runner | undefined;
  let lease: LeaseRef | undefined;
  return async ({ project, experiments }, random) => {
    const host_id = `${host}-${project}`;
    const chance = random();
    if (session === undefined || chance < 0.1) {
      session = await openRunner(db, project, { host_id });
      return 'open';
    }
    if (lease === undefined || chance < 0.3) {
      const answer = await claim(db, session, undefined, ask);
      if (answer.kind === 'job') lease = answer.job;
      return `claim ${answer.kind}`;
    }
    const held: LeaseRef = lease;
    if (chance < 0.45) return `start ${await startJob(db, held)}`;
    if (chance < 0.6) return `beat ${await heartbeat(db, { ...held, progress: progress({ trials_done: chance }) })}`;
    const { schedule } = experiments.find(({ job_id }) => job_id === held.job_id)!;
    const { block, cells } = pick(random, schedule);
    if (chance < 0.75) return `put ${(await put(db, held, pick(random, cells), block, { body: `${chance}` })).kind}`;
    if (chance < 0.85) {
      await putAll(db, held, { schedule });
      return 'put all';
    }
    if (chance < 0.9) return `release ${await releaseJob(db, held)}`;
    if (chance < 0.92) return `delete runner ${await deleteRunner(db, project, session.runner_id)}`;
    const end = chance < 0.97 ? SUCCESS : FAILURE;
    return `finish ${(await finishJob(db, { ...held, ...end })).kind}`;
  };
}
const SUCCESS = { outcome: 'succeeded', reason: null } as const;
const FAILURE = { outcome: 'failed', reason: 'fail-fast' } as const;

function user(db: Db): Actor {
  return async ({ project, experiments }, random) => {
    const { id: experiment_id } = pick(random, experiments);
    const chance = random();
    if (chance < 0.2) return `cancel ${await requestCancel(db, project, experiment_id)}`;
    if (chance < 0.4) return `share ${typeof (await shareExperiment(db, project, experiment_id))}`;
    if (chance < 0.6) return `revoke ${await revokeShare(db, project, experiment_id)}`;
    if (chance < 0.7) return `delete ${await deleteExperiment(db, project, experiment_id)}`;
    if (chance < 0.8) return `pin ${(await pinBaseline(db, project, { series: SERIES, experiment_id })).kind}`;
    if (chance < 0.83) return `unpin ${typeof (await unpinBaseline(db, project, SERIES))}`;
    if (chance < 0.86)
      return `branch ${(await setMainBranch(db, project, { name: SERIES, main_branch: 'main' })).name}`;
    return `list ${(await listExperiments(db, project, { limit: 10 })).next === null}`;
  };
}

function clock(db: Db): Actor {
  return async () => {
    await expire(db);
    return 'expire';
  };
}

/** Gives a verdict to what of the project has none, as another may at the same time. */
function judge(db: Db): Actor {
  return async ({ project }, random) => {
    const unjudged = await listUnjudged(db, { limit: 1000, except: [] });
    const own = unjudged.filter(({ project_id }) => project_id === project);
    if (own.length === 0) return 'judge nothing';
    const verdict = random() < 0.5 ? ('passed' as const) : ('failed' as const);
    const text = JSON.stringify({ verdict, thresholds: [] });
    const results = { text, digest: sha256(text), version: 1 };
    return `judge ${await settleVerdict(db, pick(random, own).id, { verdict, results })}`;
  };
}
const SERIES = 'a-series';
const GATED = { thresholds: [{ id: 'T1', cells: {}, expect: ['error_rate == 0'] }] };

async function act(round: Round, actor: Actor, random: Random): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    const answer = await actor(round, random);
    round.answers.set(answer, (round.answers.get(answer) ?? 0) + 1);
  }
}

async function playRound(seed: number, answers: Map<string, number>): Promise<void> {
  const { one, two } = clients;
  const project = await newProject(one);
  const experiments: Queued[] = [];
  for (let n = 0; n < EXPERIMENTS; n += 1) {
    // Every second one is to be judged.
    const spec = { series: SERIES, ...(n % 2 === 0 && GATED) };
    experiments.push(await queueExperiment(one, project, { timeout_s: 300, spec }));
  }
  const round: Round = { project, experiments, answers };
  const together = { one: claimsTogether(one), two: claimsTogether(two) };
  const actors = [
    ...PROCESSES.map((host, i) =>
      i % 2 === 0 ? runnerProcess(one, host, together.one) : runnerProcess(two, host, together.two),
    ),
    ...[one, two].flatMap((db) => [user(db), clock(db), judge(db)]),
  ].map((actor, i) => ({ actor, random: seededRandom(seed, `actor ${i}`) }));
  const random = seededRandom(seed, 'time');
  const ended = new Map<string, unknown>();
  for (let phase = 0; phase < PHASES; phase += 1) {
    await Promise.all(actors.map((of) => act(round, of.actor, of.random)));
    for (const experiment of experiments) await look(round, experiment, ended);
    await pass(one, pick(random, [10, 40, 95]));
  }
}

/** What is stored agrees with itself, and what has ended stays as it was, until it is deleted. */
async function look({ project }: Round, experiment: Queued, ended: Map<string, unknown>): Promise<void> {
  const { one } = clients;
  if ((await getExperiment(one, project, experiment.id)) === null) return;
  const now = await seen(one, experiment);
  agrees(now);
  await eventsAreWhole(one, now);
  const end = { status: now.experiment.status, reason: now.experiment.reason, at: now.experiment.ended_at };
  if (hasEnded(end.status)) {
    expect(ended.get(experiment.id) ?? end).toEqual(end);
    ended.set(experiment.id, end);
    const { verdict, results } = now.experiment;
    const judged = `verdict of ${experiment.id}`;
    if (verdict === null) expect(ended.has(judged)).toBe(false);
    else expect(ended.get(judged) ?? verdict).toBe(verdict);
    if (verdict !== null && verdict !== 'none') expect(results).toMatchObject({ verdict });
    if (verdict !== null) ended.set(judged, verdict);
  }
}

test(
  'Whatever two services do at once to the same jobs, none waits for another in a circle, and what is stored agrees',
  { timeout: TIMEOUT_MS },
  async () => {
    const answers = new Map<string, number>();
    for (let seed = 1; seed <= ROUNDS; seed += 1) await playRound(seed, answers);
    // The walk would prove little if its verbs only refused.
    expect([...answers.keys()]).toEqual(
      expect.arrayContaining(['claim job', 'start running', 'put stored', 'beat running', 'finish finished']),
    );
    expect([...answers.keys()]).toEqual(
      expect.arrayContaining(['beat lease-lost', 'cancel canceled', 'delete deleted', 'judge true', 'pin not-ended']),
    );
  },
);
