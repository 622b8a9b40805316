import type { Finding } from '../finding.ts';
import { measuredText } from '../number-text.ts';
import { type MeasuredTrial, ofTrial } from './facts.ts';

/** Under it, half of what is measured or more is the engine and the loopback, not the application. */
const TIMES_FLOOR = 2;

function near(value: number | null, least: number | null): boolean {
  return value !== null && least !== null && value <= TIMES_FLOOR * least;
}

/** Service time near what the engine itself needs against a server that does nothing, at the same load. */
export function belowFloor(facts: MeasuredTrial): Finding[] {
  const { floor } = facts.result;
  if (floor === null) return [];
  const { p50, mean } = facts.load.service_ms;
  const nearP50 = near(p50, floor.p50_ms);
  if (!nearP50 && !near(mean, floor.mean_ms)) return [];
  const [what, value, least] = nearP50 ? ['median', p50, floor.p50_ms] : ['mean', mean, floor.mean_ms];
  return [
    ofTrial(facts, {
      rule: 'below-floor',
      severity: 'SUSPECT',
      evidence: {
        service_p50_ms: p50,
        service_mean_ms: mean,
        floor_p50_ms: floor.p50_ms,
        floor_mean_ms: floor.mean_ms,
      },
      says: `The ${what} service time, ${measuredText(value ?? 0)} ms, is within twice the engine's own ${measuredText(least ?? 0)} ms at this load.`,
      remedy:
        'Read the difference from the floor, not the ratio to another deployment; or measure a workload that does more.',
    }),
  ];
}
