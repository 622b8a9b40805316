/**
 * The engine's process: one line with a plan on standard input, one JSON message a line on standard output.
 * Standard input stays open for as long as the parent lives: its end stops everything at once. SIGTERM and SIGINT stop the
 * run, which then writes what its window has measured.
 */
import { createInterface } from 'node:readline';
import { loadPlanSchema, type ParsedPlan } from '../core/load-plan.ts';
import type { LoadMessage } from '../core/load-result.ts';
import { runPlan } from './engine.ts';

const EXIT_BAD_PLAN = 2;

function emit(message: LoadMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function parsePlan(line: string): ParsedPlan {
  const parsed = loadPlanSchema.safeParse(JSON.parse(line));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `/${issue.path.join('/')}: ${issue.message}`);
  throw new Error(`the load plan is invalid: ${problems.join('; ')}`);
}

async function run(line: string, signal: AbortSignal): Promise<number> {
  try {
    const result = await runPlan(parsePlan(line), emit, signal);
    if (result === null) emit({ type: 'error', detail: 'stopped before the window began' });
    else emit({ type: 'result', result });
    return 0;
  } catch (error) {
    emit({ type: 'error', detail: error instanceof Error ? error.message : String(error) });
    return EXIT_BAD_PLAN;
  }
}

const stop = new AbortController();
let started = false;
function stopRun(): void {
  if (!started) process.exit(0);
  stop.abort();
}
process.on('SIGTERM', stopRun);
process.on('SIGINT', stopRun);
// Nobody reads any more.
process.stdout.on('error', () => process.exit(1));

const lines = createInterface({ input: process.stdin });
const parentGone = (): never => process.exit(1);
lines.once('close', parentGone);
lines.once('line', (line) => {
  started = true;
  void run(line, stop.signal).then((code) => {
    process.exitCode = code;
    lines.off('close', parentGone);
    lines.close();
    process.stdin.destroy();
    return undefined;
  });
});
