import type { Finding } from '../finding.ts';
import { measuredText, percentText } from '../number-text.ts';
import { failedCount } from './accounting.ts';
import { type CellFacts, type MeasuredTrial, ofCell, ofTrial } from './facts.ts';

const MAX_WITHIN = 0.05;
const MAX_ACROSS = 0.01;

/** The answers of one window changed their size: the work at its end was not the work at its start. */
export function payloadDrift(facts: MeasuredTrial): Finding[] {
  // Of several requests the mean body is that of the mixture, which chance alone changes from third to third.
  if (facts.load.by_request !== undefined) return [];
  const [first, , last] = facts.load.body_bytes_mean_thirds;
  // Error pages have other sizes; they are counted as failures, not as drift.
  if (first === null || last === null || first <= 0 || failedCount(facts.load) > 0) return [];
  const drift = last / first - 1;
  if (Math.abs(drift) <= MAX_WITHIN) return [];
  return [
    ofTrial(facts, {
      rule: 'payload-drift',
      severity: 'INVALID',
      evidence: { first_third_bytes: first, last_third_bytes: last },
      says: `Bodies went from ${measuredText(first)} to ${measuredText(last)} bytes within the window (${percentText(drift)}).`,
      remedy: 'The workload must leave the state of the application as it found it.',
    }),
  ];
}

/**
 * Targets whose bodies differ in bytes by more than 1 % for the same workload. A NOTE: bytes on the wire include white
 * space, which frameworks write differently; that the values are equal is what the contract checks.
 */
export function payloadAcrossTargets(cells: readonly CellFacts[]): Finding[] {
  const means = cells.flatMap((facts) => {
    const bytes = facts.usable
      .filter(({ load }) => failedCount(load) === 0 && load.by_request === undefined)
      .flatMap(({ load }) => (load.body_bytes_mean === null ? [] : [load.body_bytes_mean]));
    if (bytes.length === 0) return [];
    return [{ facts, bytes: bytes.reduce((sum, b) => sum + b, 0) / bytes.length }];
  });
  return means.flatMap(({ facts, bytes }) => {
    const others = means.filter((m) => m.facts.cell.workload === facts.cell.workload);
    const least = others.reduce((a, b) => (b.bytes < a.bytes ? b : a), { facts, bytes });
    if (least.facts.cell.target === facts.cell.target || bytes <= least.bytes * (1 + MAX_ACROSS)) return [];
    return [
      ofCell(facts, {
        rule: 'payload-drift',
        severity: 'NOTE',
        evidence: { bytes, least_bytes: least.bytes, least_target: least.facts.cell.target },
        says: `Bodies have ${measuredText(bytes)} bytes, those of ${least.facts.cell.target} ${measuredText(least.bytes)}; their values are equal by the contract.`,
        remedy: null,
      }),
    ];
  });
}
