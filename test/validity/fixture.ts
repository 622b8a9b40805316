import type { Plan } from './plan.ts';
import type { RunRecord } from './run-record.ts';

const design = { window_s: 1, expected_s: 40, reaches: true };

export const PLAN: Plan = {
  made_at: '2026-01-01T00:00:00.000Z',
  seed: 7,
  host: { digest: 'd', text: 'A processor, 2 cores' },
  most_s: 120,
  worse_by: 0.03,
  connections: 16,
  warmup_s: 0.5,
  probe: { iterations: 20_000, cost: { ratio: 1.5, lo: 1.49, hi: 1.51 }, base_cpu_ms_per_request: 0.16 },
  iterations: { 'plus-5': 2_000, 'plus-10': 4_000 },
  pilots: [{ window_s: 1, blocks: 20, sd_ln: 0.012, trial_overhead_s: 1.5, fixed_s: 12 }],
  designs: {
    'plus-5': { ...design, repetitions: 12, power: 0.958 },
    'plus-10': { ...design, repetitions: 6, power: 0.997 },
  },
};

/** A run that passed; `change` replaces what differs. */
export function runOf(change: Partial<RunRecord> = {}): RunRecord {
  return {
    index: 0,
    kind: 'a-a',
    started_at: '2026-01-01T00:00:00.000Z',
    seconds: 40,
    experiment: 'exp_1',
    status: 'succeeded',
    repetitions: 12,
    window_s: 1,
    verdict: 'passed',
    ratio: 1,
    lo: 0.98,
    hi: 1.02,
    mde: null,
    reason: null,
    head: 'equivalent',
    cost: { ratio: 1, lo: 0.99, hi: 1.01 },
    head_by_cpu: 'equivalent',
    validity: ['valid', 'valid'],
    trials: { planned: 24, again: 0, unused: 0, noisy: 0 },
    throughput_rps: { base: [1_000], head: [1_000] },
    findings: {},
    host_digest: 'd',
    kernel: '6.0',
    node: 'v26.0.0',
    load_1m: 0.5,
    ...change,
  };
}
