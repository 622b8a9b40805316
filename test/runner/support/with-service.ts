import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { lockFolder } from '../../../src/db/folder-lock.ts';
import { type RunnerOptions, runRunner } from '../../../src/runner/run-runner.ts';
import { FIXTURES, temporaryFolder } from './fixture-trial.ts';
import { expectNothingLeft } from './nothing-left.ts';
import { type fixtureSpec, type Script, scriptedService, type ScriptedService } from './scripted-service.ts';
import { SILENT } from './silent-log.ts';

export interface Run {
  readonly service: ScriptedService;
  readonly folder: string;
  readonly options?: Partial<RunnerOptions>;
}

export const run = ({ service, folder, options }: Run): Promise<void> =>
  runRunner({
    url: service.url,
    key: 'bw_runner_test',
    version: '0.1.0',
    targetsDirs: [FIXTURES],
    dataDir: folder,
    lock: lockFolder,
    once: true,
    signal: AbortSignal.timeout(50_000),
    log: SILENT,
    ...options,
  });

/** The runner with one job on a scripted service and a folder of its own. */
export async function withService(
  spec: ReturnType<typeof fixtureSpec>,
  script: Script,
  use: (run: Run) => Promise<void>,
): Promise<void> {
  using folder = temporaryFolder();
  const service = await scriptedService(spec, script);
  try {
    await use({ service, folder: folder.path });
    expectNothingLeft(folder.path);
    expect(existsSync(join(folder.path, 'runner.lock'))).toBe(false);
  } finally {
    await service.close();
  }
}
export const usual: Script = () => null;
export const callsOf = (service: ScriptedService) => service.received.map((each) => each.call);
