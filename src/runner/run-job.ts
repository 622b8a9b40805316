import { createHash } from 'node:crypto';
import type { ClaimedJob, RunnerSession, TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import { Pace } from './backoff.ts';
import type { Catalogue } from './catalogue.ts';
import type { RunnerClient } from './client.ts';
import type { CoreSets } from './cores.ts';
import type { DataDir } from './data-dir.ts';
import type { Log, OnEvent } from './event.ts';
import { executeJob, type JobOutcome } from './execute-job.ts';
import type { Guardian } from './guardian/guardian.ts';
import { startHeartbeat } from './heartbeat.ts';
import { type EarlyEnd, JobControl, type JobEnded } from './job-control.ts';
import { JobLink } from './job-link.ts';
import { newTrialId } from './leftovers.ts';
import type { ServerLimits } from './limits.ts';
import { ProgressBoard } from './progress-board.ts';
import { ServiceProblem } from './service-problem.ts';
import { dropOtherSpools, Spool } from './spool.ts';
import { doneTrials } from './taken-up.ts';
import { uploadAll, uploadOnce, uploadWhenDue } from './upload.ts';

export interface JobHost {
  readonly client: RunnerClient;
  readonly session: RunnerSession;
  readonly catalogue: Catalogue;
  readonly cores: CoreSets;
  readonly dataDir: DataDir;
  readonly hostId: string;
  readonly guardian: Guardian | null;
  readonly limits: Partial<ServerLimits>;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly log: Log;
}

/** How a job ended here; of one that ended early, what ended it; `crashed`: a fault of this program did, and ends the runner. */
export type JobEnding = 'finished' | 'crashed' | EarlyEnd;

/** Saying goodbye to the service: of the 15 s in which a runner must be gone when its operator wants it to end. */
const GOODBYE_MS = 2_500;
/** What a job that was canceled, or is past its deadline, may take to send what piled up in an outage. */
const BACKLOG_MS = 60_000;
/** Rounds of running what the service misses; a service that loses more than it stores is left to its lease. */
const MAX_ROUNDS = 3;

/** Holds one job from its claim to its end: start, heartbeats, trials, uploads, finish or release. */
export async function runJob(job: ClaimedJob, host: JobHost): Promise<JobEnding> {
  const { client, log, onEvent } = host;
  const control = new JobControl(host.signal, job.deadline_in_s);
  const link = new JobLink(client, job, control, log);
  const spool = new Spool(host.dataDir.spool, job);
  const board = new ProgressBoard();
  const upload = { link, spool, control, log, pace: new Pace() };
  const { job_id, experiment_id, attempt, generation } = job;
  onEvent({ type: 'job-claimed', job_id, experiment_id, attempt, generation });
  await forgetOtherJobs(host, job);
  const heartbeat = startHeartbeat(link, board, host.session.heartbeat_s);
  let ending: JobEnding = 'finished';
  try {
    await link.start(control.signal);
    await runToTheEnd(job, host, { ...upload, board });
  } catch (error) {
    const ended = control.ended;
    if (ended === null) {
      ending = 'crashed';
      await release(link, log);
      throw error;
    }
    ending = ended.end;
    await goodbye(ended, { ...upload, board }, host.signal);
    if (ended.end === 'refused') throw ended.cause;
  } finally {
    await heartbeat.stop();
    control.close();
    onEvent({ type: 'job-ended', job_id, ended: ending });
  }
  return ending;
}

interface Held {
  readonly link: JobLink;
  readonly spool: Spool;
  readonly control: JobControl;
  readonly log: Log;
  readonly pace: Pace;
  readonly board: ProgressBoard;
}

/** Results of a job that this runner no longer holds are of no use: nobody would take them. */
export async function forgetOtherJobs(
  { dataDir, log }: Pick<JobHost, 'dataDir' | 'log'>,
  held: ClaimedJob | null,
): Promise<void> {
  for (const dropped of await dropOtherSpools(dataDir.spool, held))
    log.warn({ spool: dropped }, 'results of a job that this runner no longer holds were deleted');
}

async function runToTheEnd(job: ClaimedJob, host: JobHost, held: Held): Promise<void> {
  const { link, spool, control } = held;
  let done = await doneTrials(job, spool, host.log);
  await uploadOnce(held, control.signal);
  const kept = [...done];
  for (let round = 1; ; round += 1) {
    const outcome = await executeJob({
      ...host,
      job,
      done,
      reruns: await spool.reruns(),
      commits: { known: await spool.commits(), note: (commits) => noteCommits(commits, held) },
      board: held.board,
      provisionRoot: host.dataDir.provision,
      homes: host.dataDir.trials,
      newTrialId: () => newTrialId(host.hostId),
      signal: control.signal,
      report: async (result, isRerunDue) => {
        await keep(result, isRerunDue, held, host);
        const { cell, block, run, state } = result;
        kept.push({ cell, block, run, state });
        await uploadWhenDue(held, control.signal);
      },
    });
    host.onEvent({ type: 'finishing', job_id: job.job_id });
    const missing = await finish(held, outcome, link);
    if (missing === null) {
      await spool.drop();
      return;
    }
    if (round === MAX_ROUNDS) throw new Error(`the service misses ${missing.length} trials that it was sent`);
    const lost = new Set(missing.map((key) => `${key.block}/${key.cell}`));
    done = kept.filter((key) => key.run !== 1 || !lost.has(`${key.block}/${key.cell}`));
  }
}

async function finish(held: Held, outcome: JobOutcome, link: JobLink): Promise<TrialKey[] | null> {
  held.board.at({ cell: null, block: null });
  await uploadAll(held, held.control.signal);
  return await link.finish(outcome, held.control.signal);
}

async function noteCommits(commits: ReadonlyMap<string, string>, { spool, log }: Held): Promise<void> {
  const fault = await spool.noteCommits(commits);
  if (fault !== null)
    log.warn({ fault }, 'the spool could not be written: which commits are measured is only in memory');
}

/** The note of a rerun comes first: a result that is stored without it would never be repeated. */
async function keep(
  result: TrialResult,
  isRerunDue: boolean,
  { spool }: Held,
  { log, onEvent }: JobHost,
): Promise<void> {
  const { cell, block, run } = result;
  const bytes = Buffer.from(JSON.stringify(result));
  const unnoted = run === 1 ? await spool.noteRerun({ cell, block }, isRerunDue) : null;
  if (unnoted !== null)
    log.warn(
      { cell, block, fault: unnoted },
      'the spool could not be written: that a trial is to be run once more is only in memory',
    );
  onEvent({ type: 'measured', cell, block, run, digest: createHash('sha256').update(bytes).digest('hex') });
  const fault = await spool.put({ cell, block, run }, bytes);
  if (fault === null) onEvent({ type: 'spooled', cell, block, run });
  else
    log.warn(
      { cell, block, run, fault },
      'the spool could not be written: a result is only in memory until the service has it',
    );
}

/**
 * Everything is stopped. A runner that is to end sends what was measured if that is quick; the rest stays in the spool for its next
 * start. A job that ends for good has no next start: all of it is sent before the end is told, as long as the service takes it.
 */
async function goodbye(ended: JobEnded, held: Held, operator: AbortSignal): Promise<void> {
  const { link, spool, log } = held;
  log.info({ end: ended.end }, 'the job ends early');
  try {
    if (isGone(ended.cause)) await spool.drop();
    if (ended.end === 'lost' || ended.end === 'refused') return;
    if (ended.end === 'drained') {
      const signal = AbortSignal.timeout(GOODBYE_MS);
      await uploadOnce(held, signal);
      await link.release(signal);
      return;
    }
    await sendBacklog(held, operator);
    const signal = AbortSignal.timeout(GOODBYE_MS);
    if (ended.end === 'canceled') await link.finish({ outcome: 'canceled', reason: 'canceled', blocks: 0 }, signal);
    if (ended.end === 'deadline') await link.finish({ outcome: 'failed', reason: 'deadline', blocks: 0 }, signal);
    await spool.drop();
  } catch (error) {
    if (isGone(error)) await spool.drop();
    log.warn({ problem: (error as Error).message }, 'the service was not told; the lease will run out');
  }
}

/** What is not sent in time, or before the operator wants an end, is given up: the end of the job must be told. */
async function sendBacklog(held: Held, operator: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([operator, AbortSignal.timeout(BACKLOG_MS)]);
  try {
    await uploadOnce(held, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const left = await held.spool.list();
  if (left.length > 0) held.log.warn({ trials: left.length }, 'results could not be sent before the end of their job');
}

/** Nobody will ever take what is spooled for it. A lease that is lost is less: this runner may get the job again. */
const isGone = (error: unknown): boolean => error instanceof ServiceProblem && error.code === 'job-gone';

async function release(link: JobLink, log: Log): Promise<void> {
  try {
    await link.release(AbortSignal.timeout(GOODBYE_MS));
  } catch (error) {
    log.warn({ problem: (error as Error).message }, 'the job was not released; its lease will run out');
  }
}
