import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lockFolder } from '../../src/db/folder-lock.ts';
import { openDataDir } from '../../src/runner/data-dir.ts';
import { newTrialId, sweepLeftovers } from '../../src/runner/leftovers.ts';
import { MARKER } from '../../src/runner/process-tree.ts';
import { temporaryFolder } from './support/fixture-trial.ts';
import { isRunning } from './support/is-running.ts';
import { SILENT } from './support/silent-log.ts';

it('a runner that was killed leaves servers; the next one on its data folder ends them, and nobody else’s', async () => {
  using folder = temporaryFolder();
  const dataDir = openDataDir(folder.path, lockFolder);
  const sleeper = (owner: string) =>
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      env: { [MARKER]: newTrialId(owner) },
      detached: true,
      stdio: 'ignore',
    });
  const [ours, others] = [sleeper('test-a'), sleeper('test-b')];
  try {
    await Promise.all([once(ours, 'spawn'), once(others, 'spawn')]);
    const home = join(dataDir.trials, 'an-old-trial');
    mkdirSync(home);
    const exited = once(ours, 'exit');
    await sweepLeftovers('test-a', dataDir, SILENT);
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(isRunning(others.pid ?? 0)).toBe(true);
    expect(existsSync(home)).toBe(false);
  } finally {
    const gone = once(others, 'exit');
    others.kill('SIGKILL');
    await gone;
    dataDir.release();
  }
});
