import type { Finding } from '../finding.ts';
import { listText, percentText } from '../number-text.ts';
import { type LoadFacts, ofTrial } from './facts.ts';

/** Withheld percentiles that results show; p99.9 and the maximum fall to a single late request and say less. */
const TELLING = new Set(['p50', 'p90', 'p95', 'p99']);

/** Was the generator late? What it withheld is suspect, a run that it declared void is invalid. */
export function generatorLag(facts: LoadFacts): Finding[] {
  const { load } = facts;
  const evidence = {
    contaminated: load.contaminated,
    requests: load.requests,
    sched_lag_p99_ms: load.sched_lag_ms.p99,
    turn_p99_ms: load.turn_ms.p99,
    long_turns_share: load.long_turns_share,
  };
  const remedy = 'Give the generator cores of its own and end other work on the host.';
  if (load.void) {
    const why = load.void_reasons.length > 0 ? load.void_reasons.join('; ') : 'the generator was late too often';
    return [
      ofTrial(facts, {
        rule: 'generator-lag',
        severity: 'INVALID',
        evidence,
        says: `The load engine declared this run void: ${why}.`,
        remedy,
      }),
    ];
  }
  if (load.withheld.length === 0) return [];
  const telling = load.withheld.some((percentile) => TELLING.has(percentile));
  const share = load.requests === 0 ? 0 : load.contaminated / load.requests;
  return [
    ofTrial(facts, {
      rule: 'generator-lag',
      severity: telling ? 'SUSPECT' : 'NOTE',
      evidence,
      says: `The generator was late for ${percentText(share)} of the requests, too many to vouch for ${listText(load.withheld)}.`,
      remedy,
    }),
  ];
}
