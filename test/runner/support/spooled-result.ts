import { TrialFault } from '../../../src/runner/trial-fault.ts';
import { failedResult } from '../../../src/runner/trial-record.ts';

/** A result that the service takes; written as no runner writes it, so that no other bytes are taken for it. */
export function spooledResult(cell: string, block: number): Buffer {
  const key = { trialId: 'before-the-restart', cell, block, run: 1 };
  const facts = { ...key, interface: 'http', versions: null, host: null, probe_service_ms: null, floor: null };
  const fault = new TrialFault('ready', 'not-ready', 'As it was before the restart.');
  return Buffer.from(JSON.stringify(failedResult(facts, fault), null, 3));
}
