import { NOTHING } from '../audit-report.ts';
import type { RuleOutcome } from '../audit-report.ts';

/** Rules of a full audit that need more than printed tables. Named, so that their silence is not taken for a pass. */
export function notGiven(): RuleOutcome {
  return {
    ...NOTHING,
    not_run: [
      { rule: 'accounting', reason: 'needs counts of requests and failures; tables give rates' },
      { rule: 'not-steady', reason: 'needs a series over time (drift of latency, errors and throughput)' },
      { rule: 'workload-mix, payload-drift', reason: 'need counts and sizes per request name' },
      { rule: 'protocol-deviation', reason: 'needs the measured ramp, duration and users' },
      { rule: 'generator-bound, noisy-host', reason: 'need CPU of generator, server and host during the runs' },
    ],
  };
}
