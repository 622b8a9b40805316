import type { LoadPlan } from '../../core/load-plan.ts';
import { runEngine } from '../../load/run-engine.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** So short that one iteration is planned in it. */
const WINDOW_S = 0.1;

/** One iteration of the plan's workload, as the load would send it. */
function oneIteration(plan: LoadPlan): LoadPlan {
  const model = {
    kind: 'rate',
    rate_rps: 1 / WINDOW_S,
    arrivals: 'constant',
    connections: 1,
    max_connections: 1,
  } as const;
  // With values of its own: what is to be unique in the load, whose runs count up from its seed, has not been used before.
  const seed = Number.MAX_SAFE_INTEGER - plan.seed;
  return { ...plan, model, threads: 1, warmup_s: 0, window_s: WINDOW_S, first_iteration: 0, rehearsal_s: 0, seed };
}

/**
 * Asks once: a server that takes connections and never answers would let every request of the load wait for its timeout. Any answer
 * will do, and so will a connection that breaks: what a load is worth with such answers is what it will say.
 * @throws CommandError (bad input) when nothing came within the timeout.
 */
export async function checkAnswer(plan: LoadPlan, signal: AbortSignal): Promise<void> {
  const { url, requests, failed, timeout_s } = await runEngine(oneIteration(plan), { signal });
  if (requests === 0 || failed.timeout < requests) return;
  throw new CommandError(
    EXIT.badInput,
    `no answer from ${url} within ${timeout_s} s: the server took the request and was silent`,
  );
}
