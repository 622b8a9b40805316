import type { LoadMessage, LoadResult } from '../core/load-result.ts';
import type { LoadPlan } from '../core/load-plan.ts';
import { runEngine } from '../load/run-engine.ts';
import { noAnswer } from './no-answer.ts';
import type { ServerProcess } from './process.ts';
import type { Exit } from './process-group.ts';
import { TrialFault } from './trial-fault.ts';

export interface Drive {
  readonly server: ServerProcess;
  readonly plan: LoadPlan;
  readonly cpus: readonly number[];
  readonly signal: AbortSignal;
  /** What was measured, to the end or not. */
  readonly onResult: (result: LoadResult) => void;
  readonly onMessage: (message: LoadMessage) => void;
  readonly onStart: (pid: number) => void;
}

/** Runs the load engine against a server, for as long as the server lives; the engine has ended when this returns or throws. */
export async function driveLoad(drive: Drive): Promise<void> {
  const died = new AbortController();
  let phase = 'warmup';
  void drive.server.exited.then(() => died.abort());
  const run = await settled(
    runEngine(drive.plan, {
      signal: AbortSignal.any([drive.signal, died.signal]),
      cpus: drive.cpus,
      onStart: drive.onStart,
      onMessage: (message) => {
        if (message.type === 'phase') phase = message.phase;
        drive.onMessage(message);
      },
    }),
  );
  drive.signal.throwIfAborted();
  if (run.result !== null) drive.onResult(run.result);
  const step = phase === 'window' || phase === 'drain' ? 'window' : 'warmup';
  const exit = drive.server.exit();
  if (exit !== null) throw crashed(step, exit);
  if (run.result === null) throw new TrialFault(step, 'engine-failed', `The load engine failed: ${run.says}`);
  const silence = noAnswer(run.result);
  if (silence !== null) throw new TrialFault('window', 'no-answer', silence);
}

async function settled(running: Promise<LoadResult>): Promise<{ result: LoadResult | null; says: string }> {
  try {
    return { result: await running, says: '' };
  } catch (error) {
    return { result: null, says: (error as Error).message };
  }
}

function crashed(step: 'warmup' | 'window', exit: Exit): TrialFault {
  const how = exit.signal === null ? `with code ${exit.code ?? '?'}` : `by ${exit.signal}`;
  return new TrialFault(
    step,
    'crashed',
    `The server ended ${how} ${step === 'window' ? 'in the window' : 'before the window'}.`,
  );
}
