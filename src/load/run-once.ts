import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type LoadPlan, windowS } from '../core/load-plan.ts';
import type { LoadMessage, LoadResult } from '../core/load-result.ts';
import { spawnScript } from './child-script.ts';

/** A stopped engine answers within 2 s; after this it is killed. */
const STOP_DEADLINE_MS = 4000;
/** What a run may take beyond ramp, warm-up, window and the last timeouts: start of the process, opening connections. */
const RUN_SLACK_MS = 15_000;
/** The end of the engine's standard error that goes into an error. */
const MAX_STDERR_CHARS = 4000;

export interface RunEngineOptions {
  /** Aborting stops the load; the promise then resolves with what the window had measured, or rejects if it had not begun. */
  readonly signal: AbortSignal;
  /** Cores that the engine is pinned to. */
  readonly cpus?: readonly number[] | undefined;
  readonly onMessage?: (message: LoadMessage) => void;
  /** Called with the engine's process id as soon as it runs. */
  readonly onStart?: (pid: number) => void;
}

/** The engine could not run the plan, or ended without a result. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

function longestRunMs(plan: LoadPlan): number {
  const rampS = plan.model.kind === 'users' ? plan.model.users / plan.model.ramp_users_per_s : plan.timeout_s;
  // After the window what waits for a connection is waited for, and then what it sent.
  return (rampS + plan.warmup_s + windowS(plan) + 3 * plan.timeout_s) * 1000 + RUN_SLACK_MS;
}

/** SIGTERM, then SIGKILL; safe to call again. */
function stopChild(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || child.killed) return;
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
  child.once('exit', () => clearTimeout(killer));
}

interface Outcome {
  result: LoadResult | null;
  detail: string | null;
  stderr: string;
}

function collect(child: ChildProcess, onMessage: RunEngineOptions['onMessage']): Outcome {
  const outcome: Outcome = { result: null, detail: null, stderr: '' };
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parse(line);
      if (message === null) return;
      if (message.type === 'result') outcome.result = message.result;
      if (message.type === 'error') outcome.detail = message.detail;
      onMessage?.(message);
    });
  }
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    outcome.stderr = (outcome.stderr + text).slice(-MAX_STDERR_CHARS);
  });
  return outcome;
}

function parse(line: string): LoadMessage | null {
  try {
    return JSON.parse(line) as LoadMessage;
  } catch {
    // Cut off by the death of who wrote it, which is told by how it ended.
    return null;
  }
}

/**
 * Runs one plan, of any model but a capacity search, in an engine process of its own and resolves with its result. The process has
 * ended when this settles.
 * @throws EngineError when the plan is refused or the engine fails, hangs, or is stopped before its window began.
 */
export async function runOnce(plan: LoadPlan, options: RunEngineOptions): Promise<LoadResult> {
  options.signal.throwIfAborted();
  const child = spawnScript('main', options.cpus);
  const outcome = collect(child, options.onMessage);
  const ended = Promise.withResolvers<string>();
  child.once('error', (error) => ended.resolve(`could not be started: ${error.message}`));
  child.once('close', (code, signal) =>
    ended.resolve(signal === null ? `exited with ${code}` : `was ended by ${signal}`),
  );
  const stop = (): void => stopChild(child);
  options.signal.addEventListener('abort', stop, { once: true });
  let late = false;
  const deadline = setTimeout(() => {
    late = true;
    stop();
  }, longestRunMs(plan));
  // An engine that died at once breaks the pipe; its exit tells the story.
  child.stdin?.on('error', () => undefined);
  child.stdin?.write(`${JSON.stringify(plan)}\n`);
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const how = await ended.promise;
  clearTimeout(deadline);
  options.signal.removeEventListener('abort', stop);
  if (outcome.result !== null && !late) return outcome.result;
  const why = late ? 'did not end in time' : (outcome.detail ?? `${how}; its last output: ${outcome.stderr || 'none'}`);
  throw new EngineError(`load engine: ${why}`);
}
