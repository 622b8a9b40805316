import type { Finding } from '../finding.ts';
import type { LoadResult } from '../load-result.ts';
import { percentText } from '../number-text.ts';
import type { LoadSummary } from '../summary/trial-summary.ts';
import { type MeasuredTrial, ofTrial } from './facts.ts';
import { hasSequences } from './per-request.ts';

/** What the identity may miss by rounding of clocks and of the histogram. */
const ROUNDING = 0.005;
const SIGMAS = 3;
/** √(1/6): the standard deviation of the part of a cycle which the two edges of the window cut off. */
const EDGES = 0.408;

/**
 * Does the engine's own book-keeping agree with itself?
 *
 * Counts: planned = ok + failed + not sent, exactly; under the request names as many; no more iterations ended than were begun.
 * Rates, in closed models: each of N users is always in one cycle of latency R and think time Z, so X·(R + Z)/N = 1 with X all answers
 * a second (of sequences only without think time). It may miss by 0.005 + 3·0.408·C/(W·√N): C mean cycle, W window;
 * where W < C by more, see `standardDeviation`. Source: Little 1961; Denning & Buzen 1978 for the closed form.
 *
 * A failure is recorded with at least the timeout, which its user may not have waited, and one without an answer is not
 * in X: with failures X and R are known within bounds only, and the rule fires when nothing between them would do.
 *
 * X, R and Z come from one clock, so this shows a faulty engine, not a wrong server: Little's law as evidence needs a
 * concurrency that the server itself counted, which no trial result carries.
 */
export function accounting(facts: MeasuredTrial): Finding[] {
  return [...counts(facts), ...namesCount(facts), ...iterationsCount(facts), ...identity(facts)];
}

export function failedCount(load: Pick<LoadResult, 'failed'>): number {
  return Object.values(load.failed).reduce((sum, count) => sum + count, 0);
}

const ENGINE_FAULT = 'This is a fault of the load engine: please report it with the trial.';

/** The requests under their names are those of the window, all of them. */
function namesCount(facts: MeasuredTrial): Finding[] {
  const { load } = facts;
  if (load.by_request === undefined) return [];
  const ok = load.by_request.reduce((sum, request) => sum + request.ok, 0);
  const failed = load.by_request.reduce((sum, request) => sum + request.failed, 0);
  if (ok === load.ok && failed === failedCount(load)) return [];
  return [
    ofTrial(facts, {
      rule: 'accounting',
      severity: 'INVALID',
      evidence: { ok: load.ok, ok_by_request: ok, failed: failedCount(load), failed_by_request: failed },
      says: `The request names have ${ok + failed} requests together, the window ${load.ok + failedCount(load)}.`,
      remedy: ENGINE_FAULT,
    }),
  ];
}

/** No more iterations can end than were begun. */
function iterationsCount(facts: MeasuredTrial): Finding[] {
  const { iterations } = facts.load;
  if (iterations === undefined || iterations.completed + iterations.broken <= iterations.begun) return [];
  return [
    ofTrial(facts, {
      rule: 'accounting',
      severity: 'INVALID',
      evidence: { ...iterations },
      says: `Of ${iterations.begun} iterations that were begun ${iterations.completed + iterations.broken} have ended.`,
      remedy: ENGINE_FAULT,
    }),
  ];
}

function counts(facts: MeasuredTrial): Finding[] {
  const { load } = facts;
  const failed = failedCount(load);
  const accounted = load.ok + failed + load.not_sent;
  if (accounted === load.requests) return [];
  return [
    ofTrial(facts, {
      rule: 'accounting',
      severity: 'INVALID',
      evidence: { planned: load.requests, ok: load.ok, failed, not_sent: load.not_sent },
      says: `Of ${load.requests} planned requests ${accounted} are accounted for.`,
      remedy: ENGINE_FAULT,
    }),
  ];
}

function identity(facts: MeasuredTrial): Finding[] {
  const { load } = facts;
  // Open models have arrivals, which wait for nobody.
  if (load.model !== 'users' && load.model !== 'connections') return [];
  // A user thinks once in an iteration, and how many of them ended in the window is not told.
  if (load.think_time_mean_s !== null && hasSequences(facts)) return [];
  const n = load.users ?? load.connections;
  const recorded_s = (load.latency_ms.mean ?? Number.NaN) / 1000;
  if (n === 0 || load.duration_s <= 0 || !Number.isFinite(recorded_s)) return [];
  const cycle_s = recorded_s + (load.think_time_mean_s ?? 0);
  const tolerance = ROUNDING + SIGMAS * standardDeviation(cycle_s / load.duration_s, n);
  const { low, high } = occupied(load, n, recorded_s);
  if (high >= 1 - tolerance && low <= 1 + tolerance) return [];
  const seen = high < 1 - tolerance ? high : low;
  return [
    ofTrial(facts, {
      rule: 'accounting',
      severity: 'INVALID',
      evidence: { occupied: seen, tolerance, answered_rps: load.answered_rps, cycle_s, n },
      says: `Rate × cycle accounts for ${percentText(seen)} of the ${n} ${load.users === null ? 'connections' : 'users'}; it must be 100 % within ${percentText(tolerance)}.`,
      remedy: 'Use a longer window; if it persists, this is a fault of the load engine: please report it.',
    }),
  ];
}

/**
 * Of X·C/N, for mean cycles of `r` = C/W windows and `n` users. In a window shorter than a cycle a user ends one cycle with
 * probability f = W/C, else none: its count has variance f(1 − f), and that of n users over its mean nf the variance
 * (1 − f)/(nf) = (r − 1)/n. It exceeds that of the edges, r²/(6n), for r between 3 − √3 and 3 + √3.
 */
function standardDeviation(r: number, n: number): number {
  const short = Math.sqrt(Math.max(0, r - 1));
  return Math.max(EDGES * r, short) / Math.sqrt(n);
}

/** X·(R + Z)/N: one number without failures, with them the least and the most that it can be. */
function occupied(load: LoadSummary, n: number, recorded_s: number): { low: number; high: number } {
  const think_s = load.think_time_mean_s ?? 0;
  const share = (x: number, r: number) => (x * (r + think_s)) / n;
  const failed = failedCount(load);
  if (failed === 0) return { low: share(load.answered_rps, recorded_s), high: share(load.answered_rps, recorded_s) };
  const { connect, reset, timeout, protocol } = load.failed;
  const unanswered_rps = (connect + reset + timeout + protocol) / load.duration_s;
  const least_s = ((load.latency_ok_ms.mean ?? 0) / 1000) * (load.ok / (load.ok + failed));
  return {
    low: share(load.answered_rps, Math.min(least_s, recorded_s)),
    high: share(load.answered_rps + unanswered_rps, recorded_s),
  };
}
