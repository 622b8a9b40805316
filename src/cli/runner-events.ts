import type pino from 'pino';
import type { OnEvent, RunnerEvent } from '../runner/event.ts';

/** What the runner does, line by line, for an operator who asks for it (`BENCHWRIGHT_LOG_LEVEL=debug`); not each second of the load. */
export function logEvents(log: pino.Logger): OnEvent {
  return (event) => {
    if (event.type !== 'second') log.debug(fieldsOf(event), event.type);
  };
}

/** A result is up to 8 MiB: what is said of it here is what names it. */
function fieldsOf(event: RunnerEvent): object {
  if (event.type !== 'trial-ended') return { event };
  const { k, n, type } = event;
  const { cell, block, run, state } = event.result;
  return { event: { type, k, n, cell, block, run, state } };
}
