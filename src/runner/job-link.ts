import type { FinishRequest, JobStatus, Progress, TrialKey } from '../core/runner-protocol.ts';
import { Backoff } from './backoff.ts';
import type { JobHandle, RunnerClient } from './client.ts';
import type { Log } from './event.ts';
import type { JobControl } from './job-control.ts';
import { reactionTo } from './reaction.ts';
import { ServiceProblem } from './service-problem.ts';

/**
 * The calls about one job. News in an answer (canceling, lost, refused) goes to the job's control; what fails for the
 * moment is tried again for as long as the signal allows.
 */
export class JobLink {
  readonly #client: RunnerClient;
  readonly #job: JobHandle;
  readonly #control: JobControl;
  readonly #log: Log;
  #isFinishing = false;

  constructor(client: RunnerClient, job: JobHandle, control: JobControl, log: Log) {
    this.#client = client;
    this.#job = job;
    this.#control = control;
    this.#log = log;
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#untilAnswered('start', signal, () => this.#client.start(this.#job, signal));
  }

  /**
   * One beat, one attempt: the next comes anyway. While a finish is under way only its own answer counts: the job may be gone because
   * the finish was heard and its answer lost; and a success with every trial wins over a cancel.
   */
  async heartbeat(progress: Progress, signal: AbortSignal): Promise<void> {
    try {
      const status = await this.#client.heartbeat(this.#job, progress, signal);
      if (!this.#isFinishing) this.#control.heard(status);
    } catch (error) {
      if (signal.aborted || this.#isFinishing) return;
      if (error instanceof ServiceProblem) this.#judge(error, 'heartbeat');
      else this.#log.warn({ problem: (error as Error).message }, 'heartbeat failed');
    }
  }

  /** One attempt; problems are the caller's. */
  async putTrial(key: TrialKey, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    this.#control.heard(await this.#client.putTrial(this.#job, key, bytes, signal));
  }

  /** Null: finished. Otherwise the trials that the service misses. */
  async finish(body: FinishRequest, signal: AbortSignal): Promise<TrialKey[] | null> {
    this.#isFinishing = true;
    try {
      await this.#untilAnswered('finish', signal, () => this.#client.finish(this.#job, body, signal));
      return null;
    } catch (error) {
      if (error instanceof ServiceProblem && reactionTo(error) === 'missing') return missingOf(error);
      throw error;
    } finally {
      this.#isFinishing = false;
    }
  }

  async release(signal: AbortSignal): Promise<void> {
    await this.#untilAnswered('release', signal, () => this.#client.release(this.#job, signal));
  }

  async #untilAnswered(what: string, signal: AbortSignal, send: () => Promise<JobStatus | null>): Promise<void> {
    const backoff = new Backoff();
    for (;;) {
      try {
        this.#control.heard(await send());
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ServiceProblem) || reactionTo(error) !== 'retry') {
          this.#judge(error, what);
          throw error;
        }
        this.#log.warn({ job_id: this.#job.job_id, problem: error.message }, `${what}: will try again`);
        await backoff.wait(signal, error.retry_after_s);
      }
    }
  }

  /** Ends the job where a problem says that it has ended; other problems are logged. */
  #judge(error: unknown, what: string): void {
    if (!(error instanceof ServiceProblem)) throw error;
    this.#log.warn({ job_id: this.#job.job_id, problem: error.message }, `${what} failed`);
    const reaction = reactionTo(error);
    if (reaction === 'abandon' || reaction === 'reopen') this.#control.end('lost', error);
    if (reaction === 'stop') this.#control.end('refused', error);
    this.#control.heard(error.job_status);
  }
}

function missingOf(problem: ServiceProblem): TrialKey[] {
  const { missing } = (problem.document ?? {}) as { missing?: { cell: string; block: number }[] };
  return (missing ?? []).map(({ cell, block }) => ({ cell, block, run: 1 }));
}
