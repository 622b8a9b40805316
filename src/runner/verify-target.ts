import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sentRequest } from '../core/contract-answer.ts';
import { howToMend } from '../core/contract-mend.ts';
import { isVersioned } from '../core/target-source.ts';
import type { CatalogueTarget } from './catalogue.ts';
import { type OnMismatch, type Walked, walkContract } from './contract-walk.ts';
import type { Log } from './event.ts';
import { type Guardian, startGuardian } from './guardian/guardian.ts';
import { newTrialId } from './leftovers.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import { commitNow, provisionCommit } from './provision/provision-commit.ts';
import { type ProvisionedTarget, provision } from './provision/provision.ts';
import { waitReady } from './ready.ts';
import { removeFolder } from './remove-folder.ts';
import { startTarget } from './start-target.ts';
import { STOP_GRACE_MS } from './stop-tree.ts';
import { readTopology } from './topology.ts';
import { TrialFault } from './trial-fault.ts';

/** Begins the ids of its servers: no runner takes them for its own. */
const OWNER = 'verify';

/** One answer that is not as the contract says. */
export interface ContractMismatch {
  readonly request: string;
  readonly expected: string;
  readonly got: string;
  /** What to do about it, in one sentence. */
  readonly mend: string;
}

export interface VerifiedInterface {
  readonly target: string;
  readonly server: string;
  readonly interface: string;
  readonly ok: boolean;
  /** Requests of the contract that were answered as they should be. */
  readonly checks: number;
  readonly mismatches: readonly ContractMismatch[];
  readonly ready_ms: number | null;
  /** What differs first, or at which step it failed and what the server wrote last. */
  readonly says: string | null;
}

export interface Verification {
  readonly target: CatalogueTarget;
  /** Of a target from git; null: its default branch. */
  readonly ref: string | null;
  readonly provisionRoot: ProvisionRoot;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Starts a target under each of its servers and interfaces, one after the other, and walks the whole contract. No load is sent. */
export async function verifyTarget(verification: Verification): Promise<VerifiedInterface[]> {
  const { target, provisionRoot, log } = verification;
  await using guardian = startGuardian({ owner: OWNER, cpus: [], about: provisionRoot.path, log });
  const root = { ...provisionRoot, guardian };
  const provisioned = await provisionFor({ ...verification, provisionRoot: root });
  const verified: VerifiedInterface[] = [];
  for (const [server, { interfaces }] of Object.entries(target.manifest.servers)) {
    for (const name of interfaces) {
      const about = { target: target.manifest.name, server, interface: name };
      verified.push(
        provisioned instanceof TrialFault
          ? failed(about, provisioned, provisioned.output)
          : await verifyOne(about, provisioned, guardian, verification),
      );
    }
  }
  return verified;
}

/** Once for all of its servers. */
async function provisionFor(verification: Verification): Promise<ProvisionedTarget | TrialFault> {
  const { target, ref, provisionRoot, signal } = verification;
  const { source } = target.manifest;
  try {
    if (!isVersioned(source)) return await provision(target, provisionRoot, signal);
    const versioned = { target, source };
    const commit = await commitNow(versioned, ref, provisionRoot, signal);
    return await provisionCommit(versioned, commit, provisionRoot, new Set(), signal);
  } catch (error) {
    if (error instanceof TrialFault) return error;
    throw error;
  }
}

type About = Pick<VerifiedInterface, 'target' | 'server' | 'interface'>;

async function verifyOne(
  about: About,
  provisioned: ProvisionedTarget,
  guardian: Guardian,
  { target, signal, log }: Verification,
): Promise<VerifiedInterface> {
  const home = await mkdtemp(join(tmpdir(), 'benchwright-verify-'));
  const trialId = newTrialId(OWNER);
  const guarded = guardian.watch({ id: trialId, folder: home });
  let running: Awaited<ReturnType<typeof startTarget>>['server'] | null = null;
  try {
    const cores = { server: readTopology().flat() };
    const { server, interface: name } = about;
    const order = { provisioned, server, interface: name, workers: 1, cores, trialId, guarded };
    ({ server: running } = await startTarget(order, home));
    const { path, timeout_s } = target.manifest.ready;
    const ready_ms = await waitReady(running, path, timeout_s, signal);
    const mismatches: ContractMismatch[] = [];
    const walked = await walkContract(running.port, target.contract, signal, { onMismatch: collectIn(mismatches) });
    return { ...about, ok: walked.ok, checks: walked.checks, mismatches, ready_ms, says: saysOf(walked) };
  } catch (error) {
    if (!(error instanceof TrialFault)) throw error;
    return failed(about, error, running?.output() ?? error.output);
  } finally {
    try {
      await running?.stop(STOP_GRACE_MS);
    } finally {
      await removeFolder(home, log);
      guarded.release();
    }
  }
}

/** Lets every mismatch pass, so that all of them are found in one walk. */
function collectIn(mismatches: ContractMismatch[]): OnMismatch {
  return (step, difference, saved) => {
    const { expected, got } = difference;
    mismatches.push({ request: sentRequest(step, saved), expected, got, mend: howToMend(step, difference) });
    return true;
  };
}

const saysOf = (walked: Walked): string | null => (walked.ok ? null : walked.says);

function failed(about: About, fault: TrialFault, output: string | null): VerifiedInterface {
  const says = [fault.message, output?.trim()].filter(Boolean).join('\n');
  return { ...about, ok: false, checks: 0, mismatches: [], ready_ms: null, says };
}
