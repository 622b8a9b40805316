import { join } from 'node:path';
import type { OnEvent, RunnerEvent } from '../../runner/event.ts';
import { runRunner } from '../../runner/run-runner.ts';
import { packagePath } from '../package-path.ts';
import { runnerLog } from '../runner-log.ts';
import { packageVersion } from '../version.ts';
import type { DemoCores } from './demo-cores.ts';

export interface DemoRunner {
  /** Resolves when the service knows the runner's targets; rejects when the runner ended before. */
  readonly registered: Promise<void>;
  /** Resolves when the job has ended; rejects when the runner ended without. */
  readonly jobEnded: Promise<void>;
  listen(listener: OnEvent): void;
  /** Stops generator, server and runner in this order; resolves when nothing of them is left. Idempotent. */
  stop(): Promise<void>;
}

interface DemoRunnerOptions {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  readonly cores: DemoCores;
}

export function startDemoRunner({ url, key, dataDir, cores }: DemoRunnerOptions): DemoRunner {
  const controller = new AbortController();
  const registered = Promise.withResolvers<void>();
  const jobEnded = Promise.withResolvers<void>();
  const listeners: OnEvent[] = [];
  const onEvent = (event: RunnerEvent): void => {
    if (event.type === 'session-opened') registered.resolve();
    if (event.type === 'job-ended') jobEnded.resolve();
    for (const listener of listeners) listener(event);
  };
  const running = runRunner({
    url,
    version: packageVersion(),
    key,
    targetsDirs: [packagePath('targets')],
    dataDir: join(dataDir),
    serverCpus: cores.sets.server,
    generatorCpus: cores.sets.generator,
    once: true,
    signal: controller.signal,
    log: runnerLog(),
    onEvent,
  });
  const ended = (error: unknown): void => {
    registered.reject(error);
    jobEnded.reject(error);
  };
  // Whoever waits sees the rejection; when nobody waits any more it must not end the process.
  registered.promise.catch(() => undefined);
  jobEnded.promise.catch(() => undefined);
  running.then(() => ended(new Error('the runner ended before its job')), ended);
  return {
    registered: registered.promise,
    jobEnded: jobEnded.promise,
    listen: (listener) => void listeners.push(listener),
    stop: async () => {
      controller.abort();
      await running.catch(() => undefined);
    },
  };
}
