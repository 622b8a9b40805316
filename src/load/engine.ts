import type { ParsedPlan } from '../core/load-plan.ts';
import type { LoadMessage, LoadResult } from '../core/load-result.ts';
import { addressOf } from './address.ts';
import { assembleResult } from './load-outcome.ts';
import { rehearse } from './rehearsal.ts';
import { RowMerge } from './row-merge.ts';
import { Run, type RunEnd } from './run.ts';
import { type RunTotal, total } from './run-total.ts';
import { Script } from './script.ts';
import { WHOLE } from './share.ts';
import { runThreads } from './threads.ts';
import { transportOf } from './transports.ts';

/** Threads that have something to do: no more than there are users or connections. */
function threadsOf({ threads, model }: ParsedPlan): number {
  if (model.kind === 'users') return Math.min(threads, model.users);
  if (model.kind === 'connections') return Math.min(threads, model.connections);
  return model.kind === 'capacity' ? 1 : Math.min(threads, model.max_connections);
}

/**
 * Runs the plan from ramp to the last answer. Aborting stops it: what the window has measured by then is the result.
 * @returns null when it was stopped before the window began.
 * @throws when the host's name cannot be resolved or a request cannot be written.
 */
export async function runPlan(
  plan: ParsedPlan,
  emit: (message: LoadMessage) => void,
  signal: AbortSignal,
): Promise<LoadResult | null> {
  const { names } = new Script(plan);
  const address = await addressOf(plan);
  const threads = threadsOf(plan);
  const rows = new RowMerge(threads, (second) => emit({ type: 'second', second }));
  const ended =
    threads === 1
      ? await runHere({ plan, address, rows, emit, signal })
      : await runThreads({ plan, address, threads, rows, emit, signal });
  rows.finish();
  return ended === null ? null : assembleResult({ plan, names, threads, total: ended, seconds: rows.rows });
}

interface Here {
  readonly plan: ParsedPlan;
  readonly address: string;
  readonly rows: RowMerge;
  readonly emit: (message: LoadMessage) => void;
  readonly signal: AbortSignal;
}

async function runHere({ plan, address, rows, emit, signal }: Here): Promise<RunTotal | null> {
  const makeTransport = await transportOf(plan.driver);
  await rehearse(plan, makeTransport, signal);
  const run: Run = new Run({
    plan,
    address,
    share: WHOLE,
    makeTransport,
    start: performance.now(),
    onRow: (row) => rows.add(0, row),
    onPhase: (phase, t_s) => emit({ type: 'phase', phase, t_s }),
    onSettled: () => run.endRamp(performance.now()),
  });
  const end: RunEnd | null = await run.run(signal);
  return end === null ? null : total([end]);
}
