import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { always, type LoadModel } from '../../../src/core/load-plan.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';
import { lockFolder } from '../../../src/db/folder-lock.ts';
import { readCatalogue } from '../../../src/runner/catalogue.ts';
import type { CoreSets } from '../../../src/runner/cores.ts';
import { executeTrial, type TrialWatch } from '../../../src/runner/execute-trial.ts';
import { startGuardian } from '../../../src/runner/guardian/guardian.ts';
import { newTrialId } from '../../../src/runner/leftovers.ts';
import type { ServerLimits } from '../../../src/runner/limits.ts';
import { plannedRequest } from '../../../src/runner/load-plan-of.ts';
import { provision } from '../../../src/runner/provision/provision.ts';
import { TEST_OWNER } from './nothing-left.ts';
import { SILENT } from './silent-log.ts';

export const FIXTURES = fileURLToPath(new URL('../fixtures/targets', import.meta.url));

/** No pinning: these tests are about what is started and stopped, not about speed. */
export const ANY_CORES: CoreSets = { server: [], generator: [], runner: [], co_located: false, smt_shared: false };

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'benchwright-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface FixtureTrial {
  readonly folder: string;
  readonly server: string;
  readonly warmup_s?: number;
  readonly window_s?: number;
  readonly timeout_s?: number;
  readonly connections?: number;
  /** Another load than so many connections. */
  readonly model?: LoadModel;
  readonly trialId?: string;
  /** Where its own folder is made. */
  readonly homes?: string;
  readonly cores?: CoreSets;
  readonly limits?: Partial<ServerLimits>;
  readonly watch?: Partial<TrialWatch>;
}

/** One trial of the fixture's given server, with the real engine and a short window. */
export async function fixtureTrial(options: FixtureTrial): Promise<TrialResult> {
  const target = readCatalogue([FIXTURES]).targets.get('fixture');
  if (target === undefined) throw new Error('the fixture is not there');
  const signal = options.watch?.signal ?? new AbortController().signal;
  const provisioned = await provision(target, { path: join(options.folder, 'provision'), lock: lockFolder }, signal);
  await using guardian = startGuardian({ owner: TEST_OWNER, cpus: [], about: options.folder, log: SILENT });
  const homes = options.homes ?? join(options.folder, 'trials');
  if (options.homes === undefined) mkdirSync(homes, { recursive: true });
  return await executeTrial(
    {
      trialId: options.trialId ?? newTrialId(TEST_OWNER),
      cell: 'fixture.w1.c2',
      block: 1,
      run: 1,
      interface: 'http',
      versions: provisioned.versions,
      host: null,
      probe_service_ms: null,
      floor: null,
      provisioned,
      server: options.server,
      workers: 1,
      cores: options.cores ?? ANY_CORES,
      homes,
      guardian,
      limits: options.limits ?? {},
      log: SILENT,
      plan: (port) => ({
        host: '127.0.0.1',
        port,
        workload: always(plannedRequest(target.contract, 'test')),
        model: options.model ?? { kind: 'connections', connections: options.connections ?? 2 },
        warmup_s: options.warmup_s ?? 0.2,
        window_s: options.window_s ?? 1,
        timeout_s: options.timeout_s ?? 1,
        seed: 1,
      }),
    },
    { signal, onStep: () => undefined, onMessage: () => undefined, ...options.watch },
  );
}
