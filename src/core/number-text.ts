/** Numbers as they stand in sentences: few digits, no exponent, a point for decimals, a comma for thousands. */

/** What two repetitions that lie far apart give as the ends of an interval lies beyond all that is measured: its digits say nothing. */
const LARGEST = 999_999_999;
const SMALLEST = 0.000001;
const MOST_PERCENT = 9_999;

/** Three significant digits, whole from 100, whole numbers as they are: 0.0312, 3.12, 31.2, 312, 3,120, 10. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? grouped(value) : measuredText(value);
}

/** The same with all three digits also for a number that happens to be whole: 93.0 beside 74.6. */
export function measuredText(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size > LARGEST) return `${value < 0 ? '<−' : '>'}${grouped(LARGEST)}`;
  if (size < SMALLEST / 2) return `<${SMALLEST.toFixed(6)}`;
  if (size >= 100) return grouped(Math.round(value));
  const decimals = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(size))));
  return value.toFixed(decimals);
}

/** A ratio near 1 to three decimals, because margins of a few per cent are read from it: 0.912, 1.034; others as numbers. */
export function ratioText(ratio: number): string {
  return ratio >= 0.1 && ratio < 10 ? ratio.toFixed(3) : numberText(ratio);
}

/** A declared number, as it was declared: 1.5, 10, 1,000. */
export function declaredText(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(value);
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A share as per cent with at most one decimal below 10 %: 0.034 → "3.4 %", 0.91 → "91 %". */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent > MOST_PERCENT) return `>${grouped(MOST_PERCENT)} %`;
  if (Math.abs(percent) < 0.1) return `${percent.toPrecision(1)} %`;
  return `${Math.abs(percent) < 10 ? Number(percent.toFixed(1)) : Math.round(percent)} %`;
}

/** A declared share, as it was declared: 0.03 → "3 %", 0.125 → "12.5 %". */
export function declaredPercentText(share: number): string {
  return `${Number((share * 100).toPrecision(12))} %`;
}

/** Digits enough for any two numbers that differ at all. */
const MOST_DIGITS = 17;

/**
 * `text(value)`, with as many digits more as it takes not to read like the limit that the value lies beside: 799.7 beside a limit of
 * 800 is not "800". A limit of null: there is none.
 */
export function apartText(value: number, limit: number | null, text: (value: number) => string): string {
  const short = text(value);
  if (limit === null || value === limit || readAs(short) !== readAs(text(limit))) return short;
  const [scale, unit] = short.endsWith('%') ? [100, ' %'] : [1, ''];
  for (let digits = 3; digits < MOST_DIGITS; digits += 1) {
    const [own, its] = [value, limit].map((x) => Number((x * scale).toPrecision(digits)));
    if (own !== its) return `${own}${unit}`;
  }
  return short;
}

/** "1.00", "1.000" and "1 %" read the same. */
function readAs(text: string): number {
  return Number(text.replaceAll(/[^\d.e-]/g, ''));
}

/** "a", "a and b", "a, b and c". */
export function listText(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** "1 worker", "4 workers". */
export function countText(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
