/**
 * The guardian's process: learns on standard input what its runner has started, and ends it when that closes, which happens
 * when the runner dies, however it dies. Until then it waits in the kernel: it polls nothing, and costs nothing.
 */
import { createInterface } from 'node:readline';
import { endGuarded } from './end-guarded.ts';
import type { GuardedState, GuardianMessage } from './message.ts';

const guarded = new Map<string, GuardedState>();

// A service manager sends them to all that it started; the runner's own end is what this one waits for.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = parse(line);
  if (message?.type === 'watch') guarded.set(message.tree.id, message.tree);
  if (message?.type === 'release') guarded.delete(message.id);
});
let isOver = false;
const runnerEnded = (): void => {
  if (isOver) return;
  isOver = true;
  void endGuarded([...guarded.values()]).finally(() => process.exit(0));
};
lines.once('close', runnerEnded);
process.stdin.once('error', runnerEnded);

function parse(line: string): GuardianMessage | null {
  try {
    return JSON.parse(line) as GuardianMessage;
  } catch {
    // Cut off by the death of who wrote it.
    return null;
  }
}
