import type { Cell } from '../core/matrix.ts';
import type { CoreSets } from './cores.ts';
import type { Deployment } from './deployments.ts';
import type { Log, OnEvent } from './event.ts';
import { executeTrial } from './execute-trial.ts';
import type { Guardian } from './guardian/guardian.ts';
import type { ServerLimits } from './limits.ts';
import { type PlanSpec, probePlanOf } from './load-plan-of.ts';
import type { ProgressBoard } from './progress-board.ts';

export interface ProbeContext {
  readonly cells: Iterable<Cell>;
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly spec: PlanSpec;
  readonly cores: CoreSets;
  readonly homes: string;
  readonly newTrialId: () => string;
  readonly guardian: Guardian | null;
  readonly limits: Partial<ServerLimits>;
  readonly board: ProgressBoard;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly log: Log;
}

export const probeKey = (cell: Pick<Cell, 'deployment' | 'workers'>): string => `${cell.deployment}.w${cell.workers}`;

/**
 * R₁ by deployment and worker count, in ms: the mean service time that one user sees alone. Null where it could not be
 * had; a deployment that failed once is not probed again, its trials will say why.
 */
export async function measureProbes(context: ProbeContext): Promise<Map<string, number | null>> {
  const probes = new Map<string, number | null>();
  const failed = new Set<string>();
  for (const cell of context.cells) {
    const key = probeKey(cell);
    if (probes.has(key)) continue;
    const value = failed.has(cell.deployment) ? null : await probe(context, cell, key);
    if (value === null) failed.add(cell.deployment);
    probes.set(key, value);
  }
  return probes;
}

async function probe(context: ProbeContext, cell: Cell, key: string): Promise<number | null> {
  const deployment = context.deployments.get(cell.deployment);
  if (deployment === undefined || deployment.provisioned === null) return null;
  const { provisioned } = deployment;
  context.onEvent({ type: 'probe', deployment: cell.deployment, workers: cell.workers });
  context.board.at({ cell: null, block: null });
  context.board.phase('probe');
  const result = await executeTrial(
    {
      trialId: context.newTrialId(),
      cell: key,
      block: 1,
      run: 1,
      provisioned,
      server: cell.server,
      interface: deployment.interface,
      workers: cell.workers,
      plan: (port) =>
        probePlanOf(cell, {
          spec: context.spec,
          contract: provisioned.target.contract,
          port,
          generatorCpus: context.cores.generator,
        }),
      cores: context.cores,
      homes: context.homes,
      guardian: context.guardian,
      limits: context.limits,
      log: context.log,
      versions: null,
      host: null,
      probe_service_ms: null,
      floor: null,
    },
    { signal: context.signal, onStep: () => undefined, onMessage: () => undefined },
  );
  if (result.state === 'ok') return result.load?.service_ms.mean ?? null;
  context.log.warn({ deployment: cell.deployment, failure: result.failure?.says }, 'the probe failed');
  return null;
}
