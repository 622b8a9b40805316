import type { ThresholdCheck } from '../core/gate/verdict.ts';
import { allowedIn, limitIn } from '../core/gate/expected-text.ts';
import { gateReasonWords } from '../core/gate/reason-words.ts';
import { apartText, measuredText, percentText } from '../core/number-text.ts';
import type { Results } from '../core/results.ts';
import { wrapText } from './terminal/wrap-text.ts';
import { troubleText } from './trouble-text.ts';

/** One side of a comparison of two commits: what was asked for, and what that was. */
export interface AbSide {
  readonly ref: string;
  readonly commit: string;
}

export interface AbSides {
  readonly base: AbSide;
  readonly head: AbSide;
}

/** What one check of one threshold says of head against base; ratio: throughput of the head by that of the base, > 1 is better. */
export interface AbVerdict {
  readonly verdict: Results['verdict'];
  readonly ratio: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  /** Smallest relative difference that would have been seen; null: nothing was tested. */
  readonly mde: number | null;
  readonly reason: string | null;
}

export function abVerdict({ verdict, thresholds }: Pick<Results, 'verdict' | 'thresholds'>): AbVerdict {
  const { value = null, lo = null, hi = null, mde = null, reason = null } = thresholds[0]?.checks[0] ?? {};
  return { verdict, ratio: value, lo, hi, mde, reason };
}

/** Head against base in a few lines for a terminal of `columns`; by itself each line is as long as it is. */
export function abText(results: Results, sides: AbSides, columns = Infinity): string {
  const check = results.thresholds[0]?.checks[0];
  const { name } = results.experiment;
  const about = `head ${sideText(sides.head)} against base ${sideText(sides.base)}`;
  const lines = [name, about, ratioText(abVerdict(results), check), ...verdictLines(results, check)];
  return lines.flatMap((line) => wrapText(line, columns, { first: '', rest: '  ' })).join('\n');
}

/** The commit beside a name that moves. */
function sideText({ ref, commit }: AbSide): string {
  const short = commit.slice(0, 12);
  return commit.startsWith(ref) ? short : `${ref} (${short})`;
}

function ratioText({ ratio, lo, hi }: AbVerdict, check: ThresholdCheck | undefined): string {
  if (ratio === null || check === undefined) return 'ratio: none, for too little could be measured';
  const limit = limitIn(check);
  const text = (x: number): string => apartText(x, limit, measuredText);
  const interval = lo === null || hi === null ? '' : ` (${text(lo)}–${text(hi)})`;
  return `ratio ${text(ratio)}${interval}: ${changeText(ratio, allowedIn(check))}`;
}

/** How much more the faster one serves, as the threshold tells it. */
function changeText(ratio: number, allowed: number | null): string {
  const more = Math.max(ratio, 1 / ratio) - 1;
  if (more < 0.0005) return 'the head serves just what the base serves';
  const text = ratio > 1 ? percentText(more) : apartText(more, allowed, percentText);
  return ratio > 1 ? `the head serves ${text} more than the base` : `the base serves ${text} more than the head`;
}

function verdictLines(results: Results, check: ThresholdCheck | undefined): string[] {
  const trouble = troubleText(results.trials);
  return [verdictText(results, check), ...(trouble === null ? [] : [trouble])];
}

function verdictText({ verdict, partial, experiment }: Results, check: ThresholdCheck | undefined): string {
  if (partial || experiment.status !== 'succeeded')
    return `no verdict: the experiment ${ENDS[experiment.status] ?? 'has not ended'}`;
  const expected = check === undefined ? '' : ` (${check.expected})`;
  switch (verdict) {
    case 'failed':
      return `slower than allowed${expected}`;
    case 'passed':
      return `not slower than allowed${expected}`;
    default:
      return `inconclusive${expected}${openText(check)}`;
  }
}

const ENDS: Readonly<Record<string, string>> = { failed: 'failed', canceled: 'was canceled' };

function openText(check: ThresholdCheck | undefined): string {
  const visible = check?.mde ?? null;
  if (visible !== null)
    return `: a difference of ${percentText(visible)} or more would have shown, a smaller one with more repetitions`;
  return check?.reason == null ? '' : `: ${gateReasonWords(check.reason)}`;
}
