import { type Metric, METRICS } from '../metric.ts';
import { shown, suggestion } from '../spec-problems.ts';

export const COMPARISON_SIGNS = ['<', '<=', '>', '>=', '=='] as const;
export type ComparisonSign = (typeof COMPARISON_SIGNS)[number];

/** What a cell's metric is to be: `latency_p95_ms < 800`. */
export interface Expectation {
  readonly metric: Metric;
  readonly sign: ComparisonSign;
  /** In the unit of the metric; an error rate between 0 and 1. */
  readonly limit: number;
}

export type ParsedExpectation =
  | { readonly ok: true; readonly expectation: Expectation }
  /** One sentence each: every part that is wrong. */
  | { readonly ok: false; readonly problems: readonly string[] };

/** A metric, a run of signs, and the rest; any of them may be missing. */
const PARTS = /^\s*([^\s<>=!~≤≥≠]*)\s*([<>=!~≤≥≠]*)\s*(.*?)\s*$/su;
const DECIMAL = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

const SIGNS_TEXT = COMPARISON_SIGNS.join(' ');

/** What people write for a sign. */
const MEANT: Readonly<Record<string, ComparisonSign>> = {
  '=': '==',
  '===': '==',
  '≤': '<=',
  '=<': '<=',
  '≥': '>=',
  '=>': '>=',
};

/** Parses METRIC, one of < <= > >= ==, a number ≥ 0. All parts that are wrong are told at once. */
export function parseExpectation(text: string): ParsedExpectation {
  const [, name = '', sign = '', number = ''] = PARTS.exec(text) ?? [];
  const metric = METRICS.find((known) => known === name);
  const known = COMPARISON_SIGNS.find((each) => each === sign);
  const limit = DECIMAL.test(number) ? Number(number) : Number.NaN;
  const problems = [
    ...(metric === undefined ? [metricProblem(name)] : []),
    ...(known === undefined ? [signProblem(sign)] : []),
    ...(Number.isFinite(limit) ? [] : [`expected a number ≥ 0 after the comparison, got ${shown(number)}`]),
    ...(metric === 'error_rate' && limit > 1 ? [shareProblem(number)] : []),
  ];
  if (metric === undefined || known === undefined || problems.length > 0) return { ok: false, problems };
  return { ok: true, expectation: { metric, sign: known, limit } };
}

function metricProblem(name: string): string {
  return `unknown metric ${shown(name)}; known: ${METRICS.join(', ')}${suggestion(name, METRICS)}`;
}

function signProblem(sign: string): string {
  const meant = MEANT[sign];
  const hint = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return `expected one of ${SIGNS_TEXT} after the metric, got ${sign === '' ? 'nothing' : shown(sign)}${hint}`;
}

function shareProblem(number: string): string {
  return `error_rate is a share between 0 and 1, so it is never ${number}; 1 % is 0.01`;
}

export function expectationText({ metric, sign, limit }: Expectation): string {
  return `${metric} ${sign} ${limit}`;
}
