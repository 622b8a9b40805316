import { apartText, countText, measuredText, percentText, ratioText } from '../number-text.ts';
import { limitIn } from './expected-text.ts';
import { gateReasonWords } from './reason-words.ts';
import type { GateVerdict, ThresholdCheck, ThresholdResult } from './verdict.ts';

/** More checks than these are counted, not told. */
const MAX_TOLD = 3;

/** "0.912× (0.881–0.944) of base.w1.c16", "812 (790–835)"; null: there is no value. */
export function seenText(check: ThresholdCheck): string | null {
  const { value, lo, hi, cell_base, cell, metric } = check;
  if (value === null) return null;
  const isRatio = cell_base !== null;
  const text = isRatio ? ratioText : metric === 'error_rate' ? percentText : measuredText;
  const limit = limitIn(check);
  const number = (x: number): string => apartText(x, limit, text);
  const bound = isBound(check) ? (isRatio ? '≤ ' : '≥ ') : '';
  const interval = lo === null || hi === null ? '' : ` (${number(lo)}–${number(hi)})`;
  if (!isRatio) return `${bound}${number(value)}${interval}`;
  // A stored baseline has the cell under the same name.
  return `${bound}${number(value)}×${interval} of ${cell_base === cell ? 'the baseline' : cell_base}`;
}

/** Of a latency that has failed by what it is at least: the ratio to the base is then at most what it says. */
function isBound({ verdict, reason }: ThresholdCheck): boolean {
  return verdict === 'failed' && reason !== null;
}

/** Why a check has failed, where the numbers alone do not say it; null: they do. */
export function failedText(check: ThresholdCheck): string | null {
  return isBound(check) ? gateReasonWords(check.reason) : null;
}

/** What an inconclusive check could have seen, or why it says nothing. */
export function openText({ mde, reason }: ThresholdCheck): string {
  const visible = mde === null ? null : `only a difference of ${percentText(mde)} or more would have shown`;
  if (visible === null) return gateReasonWords(reason);
  return reason === 'interval-spans' ? visible : `${gateReasonWords(reason)}; ${visible}`;
}

/** One check as a clause: cell, what was seen, what was expected, and with an inconclusive one what is missing. */
export function checkText(check: ThresholdCheck): string {
  const seen = seenText(check) ?? 'nothing seen';
  const why = check.verdict === 'inconclusive' ? openText(check) : failedText(check);
  const open = why === null ? '' : ` (${why})`;
  return `${check.cell}: ${seen}, expected ${check.expected}${open}`;
}

/** No check is open, and none has failed: what is missing is the rest of the experiment. */
const CUT_SHORT =
  'The gate is inconclusive, which is no failure: what was measured holds, and a part of an experiment passes nothing.';

/** The gate in one sentence; null: there is none, or it has not been judged. */
export function gateSentence(thresholds: readonly ThresholdResult[], verdict: GateVerdict): string | null {
  if (verdict === 'none') return null;
  const checks = thresholds.flatMap((threshold) => threshold.checks);
  const deciding = checks.filter((check) => check.verdict === verdict);
  if (verdict === 'passed') return passedSentence(deciding);
  if (deciding.length === 0) return CUT_SHORT;
  const told = deciding.slice(0, MAX_TOLD).map(checkText);
  const more = deciding.length - told.length;
  const list = [...told, ...(more > 0 ? [countText(more, 'more check')] : [])].join('; ');
  return verdict === 'failed' ? `The gate failed: ${list}.` : `The gate is inconclusive, which is no failure: ${list}.`;
}

function passedSentence(checks: readonly ThresholdCheck[]): string {
  const [only] = checks;
  if (checks.length === 1 && only !== undefined) return `The gate passed: ${checkText(only)}.`;
  return `The gate passed: all ${countText(checks.length, 'check')} hold.`;
}
