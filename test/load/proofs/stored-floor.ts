import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockFolder } from '../../../src/db/folder-lock.ts';
import type { Floor } from '../../../src/load/floor.ts';
import { runRunner } from '../../../src/runner/run-runner.ts';
import { fixtureSpec, scriptedService } from '../../runner/support/scripted-service.ts';
import { SILENT } from '../../runner/support/silent-log.ts';
import type { Bench } from './proof.ts';

const FIXTURES = fileURLToPath(new URL('../../runner/fixtures/targets', import.meta.url));

/** The floor that a runner stores with the trial of an experiment; null: none. */
export async function storedFloor({ signal }: Pick<Bench, 'signal'>): Promise<Floor | null> {
  const dataDir = mkdtempSync(join(tmpdir(), 'benchwright-proof-'));
  const service = await scriptedService(fixtureSpec(['good']));
  try {
    await runRunner({
      url: service.url,
      key: 'bw_runner_test',
      version: '0.1.0',
      targetsDirs: [FIXTURES],
      dataDir,
      lock: lockFolder,
      once: true,
      signal,
      log: SILENT,
    });
    return [...service.stored.values()][0]?.floor ?? null;
  } finally {
    await service.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
