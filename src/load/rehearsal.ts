import { setTimeout } from 'node:timers/promises';
import { always, getRoot, type LoadModel, loadPlanSchema, type ParsedPlan } from '../core/load-plan.ts';
import { startNullServer } from './null-server.ts';
import { RowMerge } from './row-merge.ts';
import { Run } from './run.ts';
import { WHOLE } from './share.ts';
import type { MakeTransport } from './transports.ts';

const LOOPBACK = '127.0.0.1';
/** Less than one thread can do that is generator and server at once, and enough for the compiler to see in a few tenths of a second. */
const RATE_RPS = 8000;
const CONNECTIONS = 8;
/** Begins and ends of windows, and the rows of seconds, are code as well: each run has them once. */
const RUNS = 10;
const PAUSE_MS = 30;
/** Of users: the same rate, each thinking for a moment. */
const THINK_S = 0.001;

/** The kind of the plan's model, since each kind has code of its own. */
function modelFor({ model }: ParsedPlan): LoadModel {
  switch (model.kind) {
    case 'connections':
      return { kind: 'connections', connections: CONNECTIONS };
    case 'users': {
      const think_time = { kind: 'constant', s: THINK_S } as const;
      return { kind: 'users', users: CONNECTIONS, think_time, ramp_users_per_s: 1000 * CONNECTIONS };
    }
    default: {
      const { arrivals } = model;
      return { kind: 'rate', rate_rps: RATE_RPS, arrivals, connections: CONNECTIONS, max_connections: CONNECTIONS };
    }
  }
}

function rehearsalOf(plan: ParsedPlan, port: number): ParsedPlan {
  const { driver, rehearsal_s, timeout_s, seed } = plan;
  return loadPlanSchema.parse({
    host: LOOPBACK,
    port,
    driver,
    workload: always(getRoot('{"message":"Hello"}')),
    model: modelFor(plan),
    warmup_s: 0,
    window_s: rehearsal_s / RUNS,
    timeout_s,
    seed,
    rehearsal_s: 0,
  });
}

/**
 * Runs the engine for a moment against a server within its own thread, before anything is sent to the server under test. The compiler
 * of a young engine has threads of its own, which share the generator's one core (docs/adr/0017-rehearsal.md). What happens here
 * is in no figure.
 */
export async function rehearse(plan: ParsedPlan, makeTransport: MakeTransport, signal: AbortSignal): Promise<void> {
  if (plan.rehearsal_s === 0) return;
  const server = await startNullServer().catch(() => null);
  // Where there is no file or port for it, the run itself tells what the host lacks.
  if (server === null) return;
  try {
    for (let i = 0; i < RUNS && !signal.aborted; i += 1) {
      await rehearseOnce(rehearsalOf(plan, server.port), makeTransport, signal);
      // The compiler's threads have the core to themselves.
      await setTimeout(PAUSE_MS);
    }
  } finally {
    await server.close();
  }
}

async function rehearseOnce(plan: ParsedPlan, makeTransport: MakeTransport, signal: AbortSignal): Promise<void> {
  const lengths: number[] = [];
  const rows = new RowMerge(1, (row) => lengths.push(JSON.stringify(row).length));
  const run: Run = new Run({
    plan,
    address: LOOPBACK,
    share: WHOLE,
    makeTransport,
    start: performance.now(),
    onRow: (row) => rows.add(0, row),
    onPhase: () => undefined,
    onSettled: () => run.endRamp(performance.now()),
  });
  await run.run(signal);
}
