import type { Finding } from '../finding.ts';
import { measuredText, percentText } from '../number-text.ts';
import { type MeasuredTrial, ofTrial } from './facts.ts';

const MAX_TIMES_MEAN = 1.25;
/** Of one core. Under it a worker's CPU is a few clock ticks of 10 ms, and their ratio is chance. */
const MIN_MEAN_BUSY = 0.05;

/** Keep-alive connections stay with the worker that took them: one worker may do the others' share. */
export function workerImbalance(facts: MeasuredTrial): Finding[] {
  const { workers } = facts.cell;
  const busiest = [...(facts.result.observation?.processes_busy ?? [])].sort((a, b) => b - a);
  if (workers < 2 || busiest.length === 0) return [];
  // The busiest `workers` processes are the workers: a supervisor does next to nothing.
  const busy = busiest.slice(0, workers);
  const mean = busy.reduce((sum, b) => sum + b, 0) / workers;
  const times = (busy[0] ?? 0) / mean;
  if (mean < MIN_MEAN_BUSY || times <= MAX_TIMES_MEAN) return [];
  return [
    ofTrial(facts, {
      rule: 'worker-imbalance',
      severity: 'SUSPECT',
      evidence: { busiest: busy[0] ?? null, mean, workers },
      says: `The busiest of ${workers} workers used ${measuredText(times)} times the mean CPU (${percentText(busy[0] ?? 0)} of a core against ${percentText(mean)}).`,
      remedy: 'Use more connections than workers by far, or a server that shares out connections.',
    }),
  ];
}
