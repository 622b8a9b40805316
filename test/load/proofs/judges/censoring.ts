import { FAILURE_CLASSES, type LoadResult } from '../../../../src/core/load-result.ts';
import { msText } from './figures.ts';
import type { Judged } from '../proof.ts';

export interface CensoringFacts {
  readonly result: Pick<LoadResult, 'requests' | 'ok' | 'failed' | 'not_sent' | 'censored' | 'timeout_s'>;
  /** Requests that the plan has in the window, and those of them that the server never answered. */
  readonly planned: number;
  readonly hung: number;
  /** Samples in the histogram of latencies, and its p99 (ms). */
  readonly samples: number;
  readonly p99_ms: number;
}

/** What hangs past the timeout stays among the latencies, at the timeout or above, and what stands among it is marked. */
export function judgeCensoring({ result, planned, hung, samples, p99_ms }: CensoringFacts): Judged {
  const { requests, ok, failed, not_sent, censored, timeout_s } = result;
  const others = FAILURE_CLASSES.filter((name) => name !== 'timeout' && failed[name] > 0);
  const isWhole = requests === planned && samples === planned && not_sent === 0 && ok === planned - hung;
  const isMarked = (['mean', 'p99', 'p999', 'max'] as const).every((name) => censored.includes(name));
  return {
    passed:
      hung > 0 && isWhole && others.length === 0 && failed.timeout === hung && p99_ms >= 1000 * timeout_s && isMarked,
    figures: `${hung} of ${planned} hung: ${failed.timeout} timeouts${others.map((name) => `, ${failed[name]} ${name}`).join('')}, ${samples} latencies kept, p99 ≥ ${msText(p99_ms)} (timeout ${timeout_s} s), marked ${censored.join(', ') || 'nothing'}`,
  };
}
