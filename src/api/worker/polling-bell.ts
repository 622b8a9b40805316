import type { QueueBell } from '../queue-bell.ts';
import { pause } from './pause.ts';

/** How often a waiting request looks for itself (ms): between two of them the platform bills nothing. */
export const POLL_MS = 1_000;

/** A bell that nobody hears: the request that could ring it runs in another isolate, so that whoever waits looks again each second. */
export function pollingBell(): QueueBell {
  return {
    ring: () => undefined,
    async wait(ms, signal) {
      await pause(Math.min(ms, POLL_MS), signal);
      return false;
    },
    close: () => undefined,
    closed: false,
  };
}
