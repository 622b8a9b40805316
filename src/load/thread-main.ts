/** One thread of the engine: its part of a run, told when to start by the thread that made it. */
import { parentPort, workerData } from 'node:worker_threads';
import { rehearse } from './rehearsal.ts';
import { Run } from './run.ts';
import { dumpRun } from './run-dump.ts';
import { toOwnClock } from './shared-clock.ts';
import type { FromThread, ThreadOrder, ToThread } from './thread-messages.ts';
import { type MakeTransport, transportOf } from './transports.ts';

const port = parentPort;
if (port === null) throw new Error('this script is a thread of the load engine');
const order = workerData as ThreadOrder;
const tell = (message: FromThread): void => port.postMessage(message);
const stop = new AbortController();
let run: Run | null = null;

async function start(at: number, makeTransport: MakeTransport): Promise<void> {
  run = new Run({
    ...order,
    makeTransport,
    start: toOwnClock(at),
    onRow: (row) => tell({ type: 'row', row }),
    onPhase: (phase, t_s) => tell({ type: 'phase', phase, t_s }),
    onSettled: () => tell({ type: 'settled' }),
  });
  const end = await run.run(stop.signal);
  tell({ type: 'end', dump: end === null ? null : dumpRun(end) });
  port?.close();
}

// Heard from the beginning: a rehearsal that is stopped ends at once.
port.on('message', (message: ToThread) => {
  if (message.type === 'start') void start(message.at, makeTransport);
  if (message.type === 'end-ramp') run?.endRamp(toOwnClock(message.at));
  if (message.type === 'stop') stop.abort();
});
const makeTransport = await transportOf(order.plan.driver);
await rehearse(order.plan, makeTransport, stop.signal);
tell({ type: 'ready' });
