import type { EndReason, Outcome } from '../core/job.ts';
import type { Cell } from '../core/matrix.ts';
import type { ClaimedJob, TrialKey } from '../core/runner-protocol.ts';
import type { TrialResult } from '../core/trial-result.ts';
import type { Catalogue } from './catalogue.ts';
import type { JobCode } from './commits-of-job.ts';
import type { CoreSets } from './cores.ts';
import { provisionAll } from './deployments.ts';
import type { Log, OnEvent } from './event.ts';
import { measureFloors } from './floors.ts';
import type { Guardian } from './guardian/guardian.ts';
import { type JobPlan, planOf, trialKeyText } from './job-plan.ts';
import type { ServerLimits } from './limits.ts';
import { measureProbes, probeKey } from './probes.ts';
import type { ProgressBoard } from './progress-board.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import { TrialRunner } from './run-planned-trial.ts';
import { runBlock } from './run-block.ts';
import { stepAside } from './step-aside.ts';
import type { DoneTrial } from './taken-up.ts';

export interface JobContext {
  readonly job: Pick<ClaimedJob, 'job_id' | 'spec' | 'schedule' | 'untrusted'>;
  /** Trials that are stored already, or lie in the spool. */
  readonly done: readonly DoneTrial[];
  /** Of those, the ones that were noted for a rerun. */
  readonly reruns: readonly Pick<TrialKey, 'cell' | 'block'>[];
  /** What branches were when the job began, and what notes more of it. */
  readonly commits: Pick<JobCode, 'known' | 'note'>;
  readonly catalogue: Catalogue;
  readonly cores: CoreSets;
  readonly provisionRoot: ProvisionRoot;
  /** Where trials have their own folders while they run. */
  readonly homes: string;
  readonly guardian: Guardian | null;
  /** Of each server. */
  readonly limits: Partial<ServerLimits>;
  /** Names the processes of a trial. */
  readonly newTrialId: () => string;
  readonly board: ProgressBoard;
  /** Stores a result, which has no other copy, and whether its trial is to be run once more. */
  readonly report: (result: TrialResult, isRerunDue: boolean) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly log: Log;
}

export interface JobOutcome {
  readonly outcome: Exclude<Outcome, 'canceled'>;
  readonly reason: EndReason | null;
  readonly blocks: number;
}

/**
 * A whole job: targets installed, probes and floors measured, then every block in its order. Only the signal ends it
 * early, by a throw; nothing is left running then either.
 */
export async function executeJob(context: JobContext): Promise<JobOutcome> {
  const { signal, onEvent, board, cores, log } = context;
  const plan = planOf(context.job);
  const cells = remainingCells(plan, context);
  board.resumeAt(context.done.filter((each) => each.run === 1).length);
  board.phase('provisioning');
  const root = { ...context.provisionRoot, guardian: context.guardian };
  const code = { ...context.commits, refs: refsOf(plan), untrusted: context.job.untrusted === true };
  const deployments = await provisionAll(cells, context.catalogue, root, { signal, onEvent, code });
  const undoStep = stepAside(cores);
  try {
    const { homes, newTrialId, guardian, limits } = context;
    const runnable = cells.filter((cell) => deployments.get(cell.deployment)?.fault === null);
    const measuring = {
      cells: runnable,
      homes,
      newTrialId,
      guardian,
      limits,
      deployments,
      spec: plan.spec,
      cores,
      board,
      signal,
      onEvent,
      log,
    };
    const probes = await measureProbes(measuring);
    // Where not even one user got through, no trial will say how near it came to the floor.
    const reached = runnable.filter((cell) => probes.get(probeKey(cell)) !== null);
    const floors = await measureFloors({ ...measuring, cells: reached });
    const trials = new TrialRunner({ ...context, plan, deployments, probes, floors });
    for (const block of plan.blocks) await runBlock(trials, plan, block);
    return outcomeOf(trials, context.done, plan.blocks.length);
  } finally {
    undoStep();
  }
}

function refsOf({ spec }: JobPlan): Map<string, string> {
  return new Map(spec.deployments.flatMap(({ id, ref }) => (ref === undefined ? [] : [[id, ref] as const])));
}

/** Those with a trial that is still to be run: a resumed job neither installs nor probes for the others. */
function remainingCells(plan: JobPlan, { done, reruns }: Pick<JobContext, 'done' | 'reruns'>): Cell[] {
  const stored = new Set(done.map(trialKeyText));
  const wanted = [
    ...plan.trials.map(({ cell, block }) => ({ cell: cell.cell, block, run: 1 })),
    ...reruns.map((trial) => ({ ...trial, run: 2 })),
  ];
  const slugs = new Set(wanted.filter((key) => !stored.has(trialKeyText(key))).map((key) => key.cell));
  return [...plan.cells.values()].filter((cell) => slugs.has(cell.cell));
}

function outcomeOf(trials: TrialRunner, done: JobContext['done'], blocks: number): JobOutcome {
  if (trials.failedFast) return { outcome: 'failed', reason: 'fail-fast', blocks };
  const anyOk = trials.past.some((each) => each.result.state === 'ok') || done.some((each) => each.state === 'ok');
  return anyOk ? { outcome: 'succeeded', reason: null, blocks } : { outcome: 'failed', reason: 'no-ok-trial', blocks };
}
