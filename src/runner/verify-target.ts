import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CatalogueTarget } from './catalogue.ts';
import { walkContract } from './contract-walk.ts';
import type { Log } from './event.ts';
import { type Guardian, startGuardian } from './guardian/guardian.ts';
import { newTrialId } from './leftovers.ts';
import { readTopology } from './topology.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import { provision } from './provision/provision.ts';
import { waitReady } from './ready.ts';
import { removeFolder } from './remove-folder.ts';
import { startTarget } from './start-target.ts';
import { STOP_GRACE_MS } from './stop-tree.ts';
import { TrialFault } from './trial-fault.ts';

/** Begins the ids of its servers: no runner takes them for its own. */
const OWNER = 'verify';

export interface VerifiedInterface {
  readonly target: string;
  readonly server: string;
  readonly interface: string;
  readonly ok: boolean;
  /** Requests of the contract that were answered as they should be. */
  readonly checks: number;
  readonly ready_ms: number | null;
  /** What differs, or at which step it failed and what the server wrote last. */
  readonly says: string | null;
}

/** Starts a target under each of its servers and interfaces, one after the other, and walks the contract. No load is sent. */
export async function verifyTarget(
  target: CatalogueTarget,
  provisionRoot: ProvisionRoot,
  signal: AbortSignal,
  log: Log,
): Promise<VerifiedInterface[]> {
  await using guardian = startGuardian({ owner: OWNER, cpus: [], about: provisionRoot.path, log });
  const root = { ...provisionRoot, guardian };
  const verified: VerifiedInterface[] = [];
  for (const [server, { interfaces }] of Object.entries(target.manifest.servers)) {
    for (const name of interfaces) verified.push(await verifyOne(target, server, name, root, signal, log));
  }
  return verified;
}

async function verifyOne(
  target: CatalogueTarget,
  server: string,
  name: string,
  provisionRoot: ProvisionRoot & { readonly guardian: Guardian },
  signal: AbortSignal,
  log: Log,
): Promise<VerifiedInterface> {
  const about = { target: target.manifest.name, server, interface: name };
  const home = await mkdtemp(join(tmpdir(), 'benchwright-verify-'));
  const trialId = newTrialId(OWNER);
  const guarded = provisionRoot.guardian.watch({ id: trialId, folder: home });
  let running: Awaited<ReturnType<typeof startTarget>>['server'] | null = null;
  try {
    const provisioned = await provision(target, provisionRoot, signal);
    const order = {
      provisioned,
      server,
      interface: name,
      workers: 1,
      cores: { server: readTopology().flat() },
      trialId,
      guarded,
    };
    ({ server: running } = await startTarget(order, home));
    const { path, timeout_s } = target.manifest.ready;
    const readyMs = await waitReady(running, path, timeout_s, signal);
    const walked = await walkContract(running.port, target.contract, signal);
    return { ...about, ok: walked.ok, checks: walked.checks, ready_ms: readyMs, says: walked.ok ? null : walked.says };
  } catch (error) {
    if (!(error instanceof TrialFault)) throw error;
    const output = running?.output().trim();
    return { ...about, ok: false, checks: 0, ready_ms: null, says: [error.message, output].filter(Boolean).join('\n') };
  } finally {
    try {
      await running?.stop(STOP_GRACE_MS);
    } finally {
      await removeFolder(home, log);
      guarded.release();
    }
  }
}
