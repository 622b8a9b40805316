import { foreignText } from '../core/foreign-text.ts';
import type { TrialKey } from '../core/runner-protocol.ts';
import { MAX_SAYS_LENGTH, type TrialResult, trialResultSchema } from '../core/trial-result.ts';
import type { Pace } from './backoff.ts';
import type { Log } from './event.ts';
import type { JobControl } from './job-control.ts';
import type { JobLink } from './job-link.ts';
import { reactionTo } from './reaction.ts';
import { ServiceProblem } from './service-problem.ts';
import type { Spool } from './spool.ts';

interface Upload {
  readonly link: JobLink;
  readonly spool: Spool;
  readonly control: JobControl;
  readonly log: Log;
  readonly pace: Pace;
}

/** Sends what is spooled, one attempt each. What the service cannot take now stays; returns what it has taken. */
export async function uploadOnce(upload: Upload, signal: AbortSignal): Promise<TrialKey[]> {
  const sent: TrialKey[] = [];
  for (const key of await upload.spool.list()) {
    const bytes = await upload.spool.read(key);
    if (!(await send(upload, key, bytes, signal))) break;
    await upload.spool.remove(key);
    sent.push(key);
  }
  return sent;
}

/** The same, unless an attempt failed just now: a service in trouble is left alone for a while, and the measuring goes on. */
export async function uploadWhenDue(upload: Upload, signal: AbortSignal): Promise<void> {
  if (upload.pace.isDue) await uploadOnce(upload, signal);
}

/** Sends what is spooled until nothing is left. */
export async function uploadAll(upload: Upload, signal: AbortSignal): Promise<void> {
  for (;;) {
    await upload.pace.untilDue(signal);
    await uploadOnce(upload, signal);
    if ((await upload.spool.list()).length === 0) return;
  }
}

/** Whether the trial needs to be kept no longer. */
async function send(upload: Upload, key: TrialKey, bytes: Uint8Array, signal: AbortSignal): Promise<boolean> {
  try {
    await upload.link.putTrial(key, bytes, signal);
    upload.pace.worked();
    return true;
  } catch (error) {
    if (!(error instanceof ServiceProblem)) throw error;
    upload.log.warn({ ...key, problem: error.message }, 'a trial was not taken');
    switch (reactionTo(error)) {
      case 'conflict':
        // The service's copy stays: it was the first.
        return true;
      case 'bug':
        return await sendRejected(upload, key, bytes, error, signal);
      case 'abandon':
      case 'reopen':
        upload.control.end('lost', error);
        throw error;
      case 'stop':
        upload.control.end('refused', error);
        throw error;
      default:
        upload.control.heard(error.job_status);
        upload.pace.failed(error.retry_after_s);
        return false;
    }
  }
}

/** A body that the service will never take is a fault of this program: the trial is recorded as such, in short. */
async function sendRejected(
  upload: Upload,
  key: TrialKey,
  bytes: Uint8Array,
  problem: ServiceProblem,
  signal: AbortSignal,
): Promise<boolean> {
  const result = resultIn(bytes);
  if (result === null) upload.log.warn({ ...key }, 'a spooled result is damaged: it is deleted');
  if (result === null || result?.failure?.reason === 'upload-rejected') return true;
  const rejected = rejectedResult(key, result, problem.message);
  const body = Buffer.from(JSON.stringify(rejected));
  await upload.spool.put(key, body);
  return await send(upload, key, body, signal);
}

/** Null: the bytes were never a result (a disk that lost its power may give back such). Undefined: they are one of another version. */
function resultIn(bytes: Uint8Array): TrialResult | null | undefined {
  try {
    return trialResultSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return null;
  }
}

/** What is stored of a result that the service refused, itself one that it takes. */
export function rejectedResult(key: TrialKey, result: TrialResult | undefined, says: string): TrialResult {
  return {
    schema_version: 1,
    ...key,
    state: 'error',
    started_at: result?.started_at ?? null,
    ended_at: result?.ended_at ?? null,
    failure: {
      step: 'stop',
      reason: 'upload-rejected',
      says: foreignText(`The service did not take the result: ${says}`, MAX_SAYS_LENGTH),
      output: null,
      exit_code: null,
      signal: null,
    },
    interface: result?.interface ?? null,
    argv: [],
    versions: null,
    timing: { ready_ms: null, contract_ms: null, stop_ms: null, overhead_s: null },
    contract_checks: null,
    load: null,
    observation: null,
    host: null,
    probe_service_ms: null,
    floor: null,
  };
}
