import { numberText, percentText } from '../../number-text.ts';
import type { Seen } from './situation.ts';

const AT_LEAST = 'at least ';

/** "3.12×". */
export function timesText(ratio: number): string {
  return `${twoDecimals(ratio)}×`;
}

function twoDecimals(ratio: number): string {
  return ratio >= 0.1 && ratio < 10 ? ratio.toFixed(2) : numberText(ratio);
}

/** "3.12× (2.95–3.30)", "at least 3.12× (…)" where one value is a lower bound. */
export function timesWithInterval({ ratio, lo, hi, bound }: Pick<Seen, 'ratio' | 'lo' | 'hi' | 'bound'>): string {
  return `${bound ? AT_LEAST : ''}${timesText(ratio)} (${twoDecimals(lo)}–${twoDecimals(hi)})`;
}

/** The smallest to the largest of several ratios, or the only one with its interval. */
export function timesRange(seen: readonly Seen[]): string {
  const [only] = seen;
  if (seen.length === 1 && only !== undefined) return timesWithInterval(only);
  const ratios = seen.map((s) => s.ratio);
  const [least, most] = [twoDecimals(Math.min(...ratios)), twoDecimals(Math.max(...ratios))];
  const range = least === most ? `${least}×` : `${least}–${most}×`;
  if (seen.every(({ bound }) => bound)) return `${AT_LEAST}${range}`;
  return seen.some(({ bound }) => bound) ? `${range} or more` : range;
}

/** Ratio and interval of a pair that is not called different, and what would have been needed for it. */
export function openText({ ratio, lo, hi, verdict, mde, reason }: Seen): string {
  const numbers = `${timesText(ratio)}, ${twoDecimals(lo)}–${twoDecimals(hi)}`;
  if (reason === 'holm') return `${numbers}; too weak after correction for the number of comparisons`;
  return verdict === 'inconclusive' && mde !== null
    ? `${numbers}; only a difference of ${percentText(mde)} or more would have shown`
    : numbers;
}
