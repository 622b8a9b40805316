import type { Db } from '../db/client.ts';
import type { Log } from './deps.ts';
import type { ResultReader } from './experiment-results.ts';
import { Judge } from './judge.ts';

const TICK_MS = 1_000;

interface JudgeTickDeps {
  readonly db: Db;
  readonly log: Pick<Log, 'error'>;
  readonly results: Pick<ResultReader, 'settle'>;
  readonly every_ms?: number;
}

/**
 * Each second: what has ended without a verdict. Apart from the tick of the leases, which must not wait for results that are being
 * made. One round at a time; a failure is logged once until it works again.
 */
export function startJudgeTick(deps: JudgeTickDeps): { stop(): Promise<void> } {
  const judge = new Judge();
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let failing = false;
  const tick = async () => {
    try {
      await judge.round(deps.db, deps.results, stopping.signal);
      failing = false;
    } catch (error) {
      if (!failing)
        deps.log.error({ err: error }, 'looking for what is to be judged failed; it is tried again each second');
      failing = true;
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = tick().finally(() => (busy = false));
  }, deps.every_ms ?? TICK_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await running;
    },
  };
}
