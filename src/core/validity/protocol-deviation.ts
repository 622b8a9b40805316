import type { Finding } from '../finding.ts';
import { levelOf, rampS } from '../matrix.ts';
import { listText, numberText, declaredText } from '../number-text.ts';
import { type CellFacts, measured, type MeasuredTrial, ofCell, ofTrial } from './facts.ts';

const MAX_DEVIATION = 0.1;
/** Of a warm-up or window: what starting and ending on a timer costs. */
const SLACK_S = 0.1;

interface Declared {
  readonly what: string;
  readonly declared: number;
  readonly seen: number;
  readonly slack: number;
}

/** Ramp, warm-up, window and level as they were run against what the spec declared, ±10 %. */
export function protocolDeviation(facts: MeasuredTrial): Finding[] {
  const { cell, spec, load } = facts;
  // The last of N users starts after N − 1 intervals.
  const interval = cell.load.kind === 'users' ? 1 / cell.load.ramp_users_per_s : 0;
  const all: Declared[] = [
    { what: 'ramp_s', declared: rampS(cell.load), seen: load.ramp_s, slack: SLACK_S + interval },
    { what: 'warmup_s', declared: spec.warmup_s, seen: load.warmup_s, slack: SLACK_S },
    { what: 'window_s', declared: spec.window_s, seen: load.duration_s, slack: SLACK_S },
    { what: cell.load.kind, declared: levelOf(cell.load), seen: load.users ?? load.connections, slack: 0 },
  ];
  const off = all.filter(({ declared, seen, slack }) => Math.abs(seen - declared) > MAX_DEVIATION * declared + slack);
  if (off.length === 0) return [];
  const texts = off.map(
    ({ what, declared, seen }) => `${what} ${numberText(seen)} instead of ${declaredText(declared)}`,
  );
  return [
    ofTrial(facts, {
      rule: 'protocol-deviation',
      severity: 'SUSPECT',
      evidence: Object.fromEntries(
        off.flatMap((d) => [
          [`${d.what}_declared`, d.declared],
          [d.what, d.seen],
        ]),
      ),
      says: `The trial was not run as declared: ${listText(texts)}.`,
      remedy: null,
    }),
  ];
}

/** Repetitions that were measured, of those declared; judged when none can follow. */
export function repetitionsDeviation(facts: CellFacts): Finding[] {
  const seen = facts.counted.filter((trial) => measured(trial) !== null).length;
  const declared = facts.spec.repetitions;
  if (facts.remaining > 0 || seen === 0 || declared - seen <= MAX_DEVIATION * declared) return [];
  return [
    ofCell(facts, {
      rule: 'protocol-deviation',
      severity: 'SUSPECT',
      evidence: { repetitions_declared: declared, repetitions: seen },
      says: `${seen} of ${declared} repetitions were measured.`,
      remedy: null,
    }),
  ];
}
