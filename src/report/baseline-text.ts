import { countText } from '../core/number-text.ts';
import type { Baseline } from '../core/results.ts';
import { timeText } from './duration.ts';

/** Which experiment a gate compared with, and how much is known of what differs between sessions. */
export function baselineText({ experiment_id, commit, ended_at, host_digest, sessions }: Baseline): string {
  const parts = [
    `Baseline: ${experiment_id}`,
    ...(commit === null ? [] : [`commit ${commit.slice(0, 12)}`]),
    ...(ended_at === null ? [] : [`measured ${timeText(ended_at)}`]),
    ...(host_digest === null ? [] : [`host ${host_digest.slice(0, 16)}`]),
  ];
  return `${parts.join(', ')}; ${countText(sessions, 'measurement session')} of the series on this host.`;
}
