import type { CellResult, TrialRow } from '../../results.ts';
import type { FAILURE_REASONS } from '../../trial-result.ts';

/** What failure reasons and invalid findings mean, in a sentence about a deployment. */
const FAILED: Readonly<Record<(typeof FAILURE_REASONS)[number], string>> = {
  'provision-failed': 'its software could not be installed',
  'no-such-ref': 'its repository has no such commit or branch',
  'untrusted-refused': 'the runner does not run code of a fork',
  'time-limit': 'its build took longer than it may',
  'disk-limit': 'its build took more room on disk than it may',
  'start-failed': 'the server did not start',
  'exited-early': 'the server ended before it answered',
  'not-ready': 'the server did not answer in time',
  'contract-mismatch': 'it does not do what the contract asks',
  crashed: 'the server crashed under load',
  'no-answer': 'the server gave no answer under load',
  'engine-failed': 'the load engine failed',
  'memory-limit': 'the server used more memory than it may',
  'process-limit': 'the server started more processes than it may',
  'output-limit': 'the server wrote more output than can be read beside a measurement',
  'not-stopped': 'the server could not be stopped',
  'target-unavailable': 'the target is not available on the runner',
  'repeated-failure': 'earlier trials failed',
  'upload-rejected': 'the service refused the result',
  'fail-fast': 'the experiment was to end at the first failure',
};

const INVALID: Readonly<Record<string, string>> = {
  'contract-mismatch': FAILED['contract-mismatch'],
  'generator-lag': 'the load generator was late',
  bottleneck: 'the load generator was the bottleneck',
  accounting: 'the counts do not agree with each other',
  'payload-drift': 'the answers changed their size while measured',
  'workload-mix-differs': 'the requests were not in the proportions asked for',
  'silent-drop': 'a trial is missing without a reason',
};

/** Trials that were skipped say only that another failed: that other one is the cause. */
const SECONDARY = new Set(['repeated-failure', 'fail-fast', 'not-stopped']);

/** Why a cell is invalid, in words: the first cause among its trials, a primary one before one that follows from it. */
export function causeOf(cell: CellResult, trials: readonly TrialRow[]): string {
  const own = trials.filter((trial) => trial.cell === cell.cell);
  const reasons = own.flatMap((trial) => trial.reason ?? []);
  const reason = reasons.find((r) => !SECONDARY.has(r)) ?? reasons[0];
  const rule = cell.findings.find((f) => f.severity === 'INVALID' && INVALID[f.rule] !== undefined)?.rule;
  if (reason !== undefined) return FAILED[reason];
  if (rule !== undefined) return INVALID[rule] ?? rule;
  return own.length === 0 ? 'it was not run' : 'too few trials are left';
}
