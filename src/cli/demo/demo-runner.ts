import { lockFolder } from '../../db/folder-lock.ts';
import type { OnEvent, RunnerEvent } from '../../runner/event.ts';
import { runRunner } from '../../runner/run-runner.ts';
import { runnerLog } from '../runner-log.ts';
import { packageVersion } from '../version.ts';
import type { DemoCores } from './demo-cores.ts';

export interface DemoRunner {
  /** Resolves when the service knows the runner's targets; rejects when the runner ended before. */
  readonly registered: Promise<void>;
  /** Resolves when the job of that experiment has ended here; rejects when the runner ended before. */
  jobEnded(experiment_id: string): Promise<void>;
  /** Hears what the runner does for that experiment, and for no other. */
  listen(experiment_id: string, listener: OnEvent): void;
  /** Stops generator, server and runner in this order; resolves when nothing of them is left. Idempotent. */
  stop(): Promise<void>;
}

interface DemoRunnerOptions {
  readonly url: string;
  readonly key: string;
  readonly targetsDirs: readonly string[];
  readonly dataDir: string;
  readonly cores: DemoCores;
}

export function startDemoRunner({ url, key, targetsDirs, dataDir, cores }: DemoRunnerOptions): DemoRunner {
  const controller = new AbortController();
  const registered = Promise.withResolvers<void>();
  const over = Promise.withResolvers<never>();
  const jobs = new JobsOfRunner();
  const onEvent = (event: RunnerEvent): void => {
    if (event.type === 'session-opened') registered.resolve();
    jobs.heard(event);
  };
  const running = runRunner({
    url,
    version: packageVersion(),
    key,
    targetsDirs,
    dataDir,
    lock: lockFolder,
    serverCpus: cores.sets.server,
    generatorCpus: cores.sets.generator,
    signal: controller.signal,
    log: runnerLog(),
    onEvent,
  });
  const ended = (error: unknown): void => {
    registered.reject(error);
    over.reject(error);
  };
  // Whoever waits sees the rejection; when nobody waits any more it must not end the process.
  registered.promise.catch(() => undefined);
  over.promise.catch(() => undefined);
  running.then(() => ended(new Error('the runner ended before its job')), ended);
  return {
    registered: registered.promise,
    jobEnded: (experiment_id) => Promise.race([jobs.endOf(experiment_id), over.promise]),
    listen: (experiment_id, listener) => jobs.listen(experiment_id, listener),
    stop: async () => {
      controller.abort();
      await running.catch(() => undefined);
    },
  };
}

/** A runner may first get a job that an earlier demo left behind: whose end and whose events these are is told apart here. */
class JobsOfRunner {
  /** The experiment whose job is held; null: none. */
  #held: string | null = null;
  readonly #ends = new Map<string, PromiseWithResolvers<void>>();
  readonly #listeners: { readonly experiment_id: string; readonly listener: OnEvent }[] = [];

  endOf(experiment_id: string): Promise<void> {
    return this.#end(experiment_id).promise;
  }

  listen(experiment_id: string, listener: OnEvent): void {
    this.#listeners.push({ experiment_id, listener });
  }

  heard(event: RunnerEvent): void {
    if (event.type === 'job-claimed') this.#held = event.experiment_id;
    for (const { experiment_id, listener } of this.#listeners) if (experiment_id === this.#held) listener(event);
    if (event.type !== 'job-ended' || this.#held === null) return;
    this.#end(this.#held).resolve();
    this.#held = null;
  }

  #end(experiment_id: string): PromiseWithResolvers<void> {
    const end = this.#ends.get(experiment_id) ?? Promise.withResolvers<void>();
    this.#ends.set(experiment_id, end);
    return end;
  }
}
