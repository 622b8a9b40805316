import type { JobLink } from './job-link.ts';
import type { ProgressBoard } from './progress-board.ts';

/** Beats until it is stopped; a beat in flight is ended with it. */
export interface Heartbeat {
  stop(): Promise<void>;
}

export function startHeartbeat(link: JobLink, board: ProgressBoard, everyS: number): Heartbeat {
  const stopped = new AbortController();
  let inFlight: Promise<void> | null = null;
  const timer = setInterval(() => {
    // One that the service has not answered yet is enough.
    inFlight ??= link.heartbeat(board.now, stopped.signal).finally(() => (inFlight = null));
  }, everyS * 1000);
  return {
    stop: async () => {
      clearInterval(timer);
      stopped.abort();
      await inFlight;
    },
  };
}
