import { always, getRoot, type LoadPlan } from '../../../src/core/load-plan.ts';
import type { LoadResult } from '../../../src/core/load-result.ts';
import { watchProcess } from '../process-cost.ts';
import type { Run, RunEngine, Task } from './tool.ts';

/** What the server answers, as the plan's contract. */
const BODY = '{"message":"Hi"}';

export const BASE = 'benchwright';

/** A plan for the bench's own server, at the default of everything that is not given. */
export function planFor(
  server: Task['server'],
  rest: Pick<LoadPlan, 'model' | 'warmup_s' | 'window_s' | 'threads'>,
): LoadPlan {
  return { host: server.host, port: server.port, workload: always(getRoot(BODY)), timeout_s: 2, seed: 1, ...rest };
}

/** Says where the engine will not vouch for the run, which the result says too. @throws Error when requests failed. */
export function checked(result: LoadResult): LoadResult {
  const failed = Object.entries(result.failed).filter(([, count]) => count > 0);
  if (failed.length > 0) throw new Error(`benchwright: ${failed.map(([name, n]) => `${n} × ${name}`).join(', ')}`);
  if (result.void) process.stderr.write(`benchwright calls this run void: ${result.void_reasons.join('; ')}\n`);
  return result;
}

/** The whole engine: recording, validation of status and (on its sample) body, per-second rows, a process of its own. */
export async function benchwright(run: RunEngine, { server, connections, seconds, cpu }: Task): Promise<Run> {
  const started = Promise.withResolvers<ReturnType<typeof watchProcess>>();
  const result = await run(
    planFor(server, { model: { kind: 'connections', connections }, warmup_s: 1, window_s: seconds }),
    {
      signal: new AbortController().signal,
      cpus: [cpu],
      onStart: (pid) => started.resolve(watchProcess(pid)),
    },
  );
  const { cpu_share, memory_peak_mb } = (await started.promise).stop();
  const { throughput_rps: rps, void: isVoid } = checked(result);
  return { rps, cpu_us_per_request: (1e6 * cpu_share) / rps, memory_peak_mb, void: isVoid };
}
