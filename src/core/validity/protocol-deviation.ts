import type { Finding } from '../finding.ts';
import { type LoadLevel, meanRateRps, rampS, windowOfLevelS } from '../matrix.ts';
import { listText, numberText, declaredText } from '../number-text.ts';
import { type CellFacts, measured, type MeasuredTrial, ofCell, ofTrial } from './facts.ts';
import { hasSequences } from './per-request.ts';

const MAX_DEVIATION = 0.1;
/** Of a rate: arrivals of a window are planned by their number, which rounding alone can change. */
const MAX_RATE_DEVIATION = 0.01;
/** Of a warm-up or window: what starting and ending on a timer costs. */
const SLACK_S = 0.1;

interface Declared {
  readonly what: string;
  readonly declared: number;
  readonly seen: number;
  readonly slack: number;
  /** Relative to what was declared; default: 10 %. */
  readonly most?: number;
}

/** Ramp, warm-up, window and level as they were run against what the spec declared, ±10 %; rates ±1 %. */
export function protocolDeviation(facts: MeasuredTrial): Finding[] {
  const { cell, spec, load } = facts;
  // The last of N users starts after N − 1 intervals.
  const interval = cell.load.kind === 'users' ? 1 / cell.load.ramp_users_per_s : 0;
  const all: Declared[] = [
    { what: 'ramp_s', declared: rampS(cell.load), seen: load.ramp_s, slack: SLACK_S + interval },
    { what: 'warmup_s', declared: spec.warmup_s, seen: load.warmup_s, slack: SLACK_S },
    windowOf(facts),
    ...levelOf(facts),
  ];
  const off = all.filter(
    ({ declared, seen, slack, most = MAX_DEVIATION }) => Math.abs(seen - declared) > most * declared + slack,
  );
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

/** The window of a step of a capacity search may be doubled once, where it was too short to tell. */
function windowOf({ cell, spec, load }: MeasuredTrial): Declared {
  const declared = windowOfLevelS(cell.load, spec.window_s);
  const isDoubled = cell.load.kind === 'capacity' && load.duration_s > 1.5 * declared;
  return { what: 'window_s', declared: isDoubled ? 2 * declared : declared, seen: load.duration_s, slack: SLACK_S };
}

function levelOf(facts: MeasuredTrial): Declared[] {
  const { load } = facts;
  const level: LoadLevel = facts.cell.load;
  const rate = (declared: number): Declared[] => {
    if (load.rate_rps === undefined) return [];
    // What was planned in the window can be counted; but a sequence plans as many requests as it comes to.
    const seen = hasSequences(facts) ? load.rate_rps : load.requests / Math.max(load.duration_s, 1e-3);
    // An arrival at either end.
    const slack = 2 / Math.max(load.duration_s, 1);
    return [{ what: 'rate_rps', declared, seen, slack, most: MAX_RATE_DEVIATION }];
  };
  switch (level.kind) {
    case 'users':
      return [{ what: 'users', declared: level.users, seen: load.users ?? load.connections, slack: 0 }];
    case 'connections':
      return [{ what: 'connections', declared: level.connections, seen: load.users ?? load.connections, slack: 0 }];
    case 'rate':
      return rate(level.rate_rps);
    case 'stages':
      return rate(meanRateRps(level.stages));
    default:
      return [];
  }
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
