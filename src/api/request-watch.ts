import type { Db } from '../db/client.ts';
import { listVersions } from '../db/experiment-versions.ts';
import type { ExperimentWatch } from './experiment-watch.ts';

/** Each poll asks for itself there, and each query counts: a change is seen within a second. */
const EVERY_MS = 1_000;

/** True when the pause was over, false when the signal ended it. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (whole: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      resolve(whole);
    };
    const aborted = (): void => done(false);
    const timer = setTimeout(done, ms, true);
    signal.addEventListener('abort', aborted, { once: true });
  });
}

/** For a platform on which requests share nothing (Workers): one query per second and waiting request. */
export function createRequestWatch({
  db,
  every_ms = EVERY_MS,
}: {
  readonly db: Db;
  readonly every_ms?: number;
}): ExperimentWatch {
  const closing = new AbortController();
  return {
    async wait(id, version, ms, signal) {
      const ended = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal]);
      for (let left = ms; left > 0 && !ended.aborted; left -= every_ms) {
        if (!(await pause(Math.min(left, every_ms), ended))) return false;
        if (((await listVersions(db, [id])).get(id) ?? Number.POSITIVE_INFINITY) > version) return true;
      }
      return false;
    },
    async close() {
      closing.abort();
    },
  };
}
