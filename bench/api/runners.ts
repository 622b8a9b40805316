import { randomUUID } from 'node:crypto';
import type { TargetOffer } from '../../src/core/offer.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import { OFFERS } from '../../test/fixtures/offers.ts';
import { HOST_FINGERPRINT } from '../../test/fixtures/trial-result.ts';
import { type Answer, type Http, expected } from './http.ts';

/** A runner as the service sees it; nothing is measured here. */
export interface BenchRunner {
  readonly session_id: string;
  claim(wait_s?: number, signal?: AbortSignal): Promise<Answer>;
}

/** What every spec of this bench needs. */
export const FITTING: readonly TargetOffer[] = OFFERS;
/** Never enough for any of them: whoever offers this has to look through the whole queue, and finds nothing. */
export const UNFIT: readonly TargetOffer[] = OFFERS.slice(0, 1);

/** Opens a session of a host of its own. */
export async function openRunner(http: Http, key: string, targets: readonly TargetOffer[]): Promise<BenchRunner> {
  const session = {
    host_id: randomUUID(),
    fingerprint: HOST_FINGERPRINT,
    version: '0.1.0',
    labels: { arch: 'x86_64' },
    targets,
  };
  const opened = await http.send('POST', '/runner/v1/sessions', { key, json: session });
  const { session_id } = expected<{ session_id: string }>(opened, 200);
  return {
    session_id,
    claim: (wait_s = 0, signal) =>
      http.send('POST', '/runner/v1/claims', {
        key,
        json: { session_id, claim_key: randomUUID(), wait_s },
        ...(signal ? { signal } : {}),
      }),
  };
}

/** A step in the life of a claimed job. */
export function step(
  http: Http,
  key: string,
  job: ClaimedJob,
  name: 'start' | 'finish',
  json: unknown,
): Promise<Answer> {
  const headers = { 'benchwright-lease': job.lease_id };
  return http.send('POST', `/runner/v1/jobs/${job.job_id}/${name}`, { key, json, headers });
}

export async function startedJob(http: Http, key: string, runner: BenchRunner): Promise<ClaimedJob> {
  const job = expected<ClaimedJob>(await runner.claim(), 200);
  expected(await step(http, key, job, 'start', {}), 200);
  return job;
}
