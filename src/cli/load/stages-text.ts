import type { Stage } from '../../core/load-plan.ts';
import { MAX_STAGES, MAX_STAGES_S } from '../../core/limits.ts';
import { noArrivals } from '../../core/planned-arrivals.ts';
import { isRate, type Reading, secondsOf } from './reading.ts';

const STAGE = /^(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?:(.+)$/;

/** `200:30s,200-2000:10s`: half a minute at 200 requests/s, then up to 2,000 in ten seconds. */
export function readStages(text: string, reading: Reading): Stage[] {
  const parts = text.split(',');
  if (parts.length > MAX_STAGES) {
    reading.wrong('--stages', `expected at most ${MAX_STAGES} stages, got ${parts.length}`);
    return [];
  }
  const stages = parts.flatMap((part) => readStage(part.trim(), reading) ?? []);
  if (stages.length < parts.length) return stages;
  const total_s = stages.reduce((sum, { for_s }) => sum + for_s, 0);
  if (total_s > MAX_STAGES_S)
    reading.wrong('--stages', `expected at most ${MAX_STAGES_S} seconds together, got ${total_s}`);
  const nothing = noArrivals(stages);
  if (nothing !== null) reading.wrong('--stages', nothing);
  return stages;
}

function readStage(text: string, reading: Reading): Stage | null {
  const [, from = '', to = from, time = ''] = STAGE.exec(text) ?? [];
  const stage = { from_rps: Number(from), to_rps: Number(to), for_s: secondsOf(time) };
  if (from !== '' && isRate(stage.from_rps) && isRate(stage.to_rps) && stage.for_s > 0) return stage;
  reading.wrong('--stages', `expected stages like 200:30s or 200-2000:10s (requests/s, time), got "${text}"`);
  return null;
}
