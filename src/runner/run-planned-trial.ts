import type { LoadMessage } from '../core/load-result.ts';
import type { TrialFailure, TrialResult } from '../core/trial-result.ts';
import { trialSummary } from '../core/summary/trial-summary.ts';
import { trialFindings } from '../core/validity/rules.ts';
import type { Deployment } from './deployments.ts';
import type { JobContext } from './execute-job.ts';
import { executeTrial } from './execute-trial.ts';
import { failedTwice, type PastTrial, skippedFor } from './failed-twice.ts';
import { type Floors, floorKey } from './floors.ts';
import { type JobPlan, type PlannedTrial, trialKeyText } from './job-plan.ts';
import { loadPlanOf } from './load-plan-of.ts';
import { hostConditions } from './observe/conditions.ts';
import { probeKey } from './probes.ts';
import { yieldingTo } from './step-aside.ts';
import { failedResult, skippedResult, type TrialKeyFacts } from './trial-record.ts';

type Context = JobContext & {
  readonly plan: JobPlan;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly probes: ReadonlyMap<string, number | null>;
  readonly floors: Floors;
};

/** Runs the planned trials of a job one after the other, and remembers how they ended. */
export class TrialRunner {
  /**
   * Those that were run here. A job that is taken up begins with none: a claim tells that a stored trial failed, not why, so a
   * deployment that failed twice before is tried up to two times more.
   */
  readonly past: PastTrial[] = [];
  readonly #context: Context;
  readonly #done: ReadonlySet<string>;
  failedFast: boolean;

  constructor(context: Context) {
    this.#context = context;
    this.#done = new Set(context.done.map(trialKeyText));
    this.failedFast = context.plan.spec.fail_fast && context.done.some((each) => each.state === 'error');
  }

  isDone({ cell, block }: PlannedTrial, run: number): boolean {
    return this.#done.has(trialKeyText({ cell: cell.cell, block, run }));
  }

  /** It was done before the job was taken up, and noted then as one that may not be believed. */
  isRerunDue({ cell, block }: PlannedTrial): boolean {
    return this.#context.reruns.some((each) => each.cell === cell.cell && each.block === block);
  }

  /** Runs or skips one trial, and stores its result. True: it is a first run that may not be believed. */
  async run(planned: PlannedTrial, run: number): Promise<boolean> {
    const { signal, board, onEvent, plan, report } = this.#context;
    signal.throwIfAborted();
    const { cell, block, k } = planned;
    const n = plan.trials.length;
    board.at({ cell: cell.cell, block });
    onEvent({ type: 'trial-started', cell: cell.cell, block, run, k, n });
    const facts = this.#factsOf(planned, run);
    const result = await this.#resultOf(planned, facts);
    this.past.push({ deployment: cell.deployment, cell: cell.cell, result });
    if (plan.spec.fail_fast && result.state === 'error') this.failedFast = true;
    const isRerunDue = run === 1 && isInvalid(plan, planned, result);
    await report(result, isRerunDue);
    if (run === 1) board.trialDone();
    onEvent({ type: 'trial-ended', k, n, result });
    return isRerunDue;
  }

  async #resultOf(planned: PlannedTrial, facts: TrialKeyFacts): Promise<TrialResult> {
    const { cell } = planned;
    const deployment = this.#context.deployments.get(cell.deployment);
    const fault = deployment?.fault ?? null;
    if (this.failedFast) return skippedResult(facts, FAILED_FAST);
    const twice = failedTwice(this.past, { deployment: cell.deployment, cell: cell.cell });
    if (twice !== null) return skippedResult(facts, skippedFor(twice, cell.deployment));
    if (deployment === undefined || deployment.provisioned === null) {
      if (fault === null) throw new Error(`the deployment ${cell.deployment} was not provisioned`);
      const failed = failedResult(facts, fault);
      return fault.reason === 'target-unavailable' && failed.failure !== null
        ? skippedResult(facts, failed.failure)
        : failed;
    }
    return await this.#measure(planned, facts, deployment);
  }

  async #measure(
    { cell, block }: PlannedTrial,
    facts: TrialKeyFacts,
    deployment: Extract<Deployment, { fault: null }>,
  ): Promise<TrialResult> {
    const { signal, cores, plan, board, onEvent } = this.#context;
    const { contract } = deployment.provisioned.target;
    const yielding = yieldingTo(cores);
    const onStep = (step: string): void => {
      board.phase(step);
      onEvent({ type: 'step', cell: cell.cell, step });
    };
    const onMessage = (message: LoadMessage): void => {
      if (message.type === 'phase') {
        yielding.begin();
        board.phase(message.phase);
        onEvent({ type: 'phase', cell: cell.cell, phase: message.phase });
      } else if (message.type === 'second') {
        board.second(message.second);
        onEvent({ type: 'second', cell: cell.cell, second: message.second });
      } else if (message.type !== 'probe') {
        yielding.end();
      }
    };
    try {
      return await executeTrial(
        {
          ...facts,
          provisioned: deployment.provisioned,
          server: cell.server,
          interface: deployment.interface,
          workers: cell.workers,
          plan: (port) => loadPlanOf(cell, block, { spec: plan.spec, contract, port, generatorCpus: cores.generator }),
          cores,
          homes: this.#context.homes,
          guardian: this.#context.guardian,
          limits: this.#context.limits,
          log: this.#context.log,
        },
        { signal, onStep, onMessage },
      );
    } finally {
      yielding.end();
    }
  }

  #factsOf({ cell, block }: PlannedTrial, run: number): TrialKeyFacts {
    const { deployments, probes, floors, cores } = this.#context;
    const deployment = deployments.get(cell.deployment);
    return {
      trialId: this.#context.newTrialId(),
      cell: cell.cell,
      block,
      run,
      interface: deployment?.interface ?? cell.interface,
      versions: deployment?.versions ?? null,
      host: hostConditions(cores),
      probe_service_ms: probes.get(probeKey(cell)) ?? null,
      floor: floors.get(floorKey(cell)) ?? null,
    };
  }
}

/** A trial that failed is a result, and stays one; a trial that was measured but is invalid gets one more chance. */
function isInvalid(plan: JobPlan, { cell }: PlannedTrial, result: TrialResult): boolean {
  if (result.state !== 'ok') return false;
  return trialFindings({ cell, spec: plan.spec, result: trialSummary(result) }).some(
    (finding) => finding.severity === 'INVALID',
  );
}

const FAILED_FAST: TrialFailure = {
  step: 'schedule',
  reason: 'fail-fast',
  says: 'Not run: a trial had failed, and the spec says fail_fast.',
  output: null,
  exit_code: null,
  signal: null,
};
