import type { Cell } from '../core/matrix.ts';
import { isVersioned } from '../core/target-source.ts';
import type { Versions } from '../core/trial-result.ts';
import { CUSTOM_WORKLOAD } from '../core/workload-name.ts';
import type { Catalogue, CatalogueTarget } from './catalogue.ts';
import type { OnEvent } from './event.ts';
import { CommitsOfJob, type JobCode } from './commits-of-job.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import { type ProvisionedTarget, provision } from './provision/provision.ts';
import { TrialFault } from './trial-fault.ts';

/** A deployment on this host: ready to be started, or the fault that each of its trials gets, with what is known of its code. */
export type Deployment =
  | {
      readonly provisioned: ProvisionedTarget;
      readonly interface: string;
      readonly fault: null;
      readonly versions: Versions;
    }
  | {
      readonly provisioned: null;
      readonly interface: string | null;
      readonly fault: TrialFault;
      readonly versions: Versions | null;
    };

interface Installing {
  readonly root: ProvisionRoot;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly commits: CommitsOfJob;
}

type Installed = ProvisionedTarget | { readonly fault: TrialFault; readonly versions: Versions | null };

/** Installs each target once, or each commit of it once, whatever number of deployments use it. */
export async function provisionAll(
  cells: Iterable<Cell>,
  catalogue: Catalogue,
  root: ProvisionRoot,
  watch: { readonly signal: AbortSignal; readonly onEvent: OnEvent; readonly code: JobCode },
): Promise<Map<string, Deployment>> {
  const { signal, onEvent, code } = watch;
  const installing: Installing = { root, signal, onEvent, commits: new CommitsOfJob(code, root, signal) };
  const targets = new Map<string, Installed>();
  const deployments = new Map<string, Deployment>();
  for (const cell of cells) {
    if (deployments.has(cell.deployment)) continue;
    const target = catalogue.targets.get(cell.target);
    const ref = code.refs.get(cell.deployment) ?? null;
    const fault = offeredFault(cell, target, ref);
    if (target === undefined || fault !== null) {
      const missing = { provisioned: null, interface: cell.interface, fault: fault ?? unknown(cell), versions: null };
      deployments.set(cell.deployment, missing);
      continue;
    }
    const key = `${cell.target} ${ref ?? ''}`;
    const installed = targets.get(key) ?? (await install(target, ref, installing));
    targets.set(key, installed);
    const name = cell.interface ?? target.manifest.servers[cell.server]?.interfaces[0] ?? '';
    deployments.set(cell.deployment, deploymentOf(installed, name));
  }
  return deployments;
}

function deploymentOf(installed: Installed, name: string): Deployment {
  if ('fault' in installed) return { ...installed, provisioned: null, interface: name };
  return { provisioned: installed, interface: name, fault: null, versions: installed.versions };
}

async function install(target: CatalogueTarget, ref: string | null, installing: Installing): Promise<Installed> {
  const { root, signal, onEvent, commits } = installing;
  const { name, source } = target.manifest;
  const about = ref === null ? { target: name } : { target: name, ref };
  let versions: Versions | null = null;
  onEvent({ type: 'provisioning', ...about });
  try {
    const provisioned = isVersioned(source)
      ? await commits.provision({ target, source }, ref, (commit) => (versions = onlyCommit(commit)))
      : await provision(target, root, signal);
    onEvent({ type: 'provisioned', ...about, cached: provisioned.cached, ok: true });
    return provisioned;
  } catch (error) {
    signal.throwIfAborted();
    onEvent({ type: 'provisioned', ...about, cached: false, ok: false });
    if (error instanceof TrialFault) return { fault: error, versions };
    return { fault: new TrialFault('provision', 'provision-failed', (error as Error).message), versions };
  }
}

/** All that is known of code that could not be built. */
const onlyCommit = (commit: string): Versions => ({ runtime: null, packages: {}, lock_sha256: null, commit });

const unavailable = (says: string): TrialFault => new TrialFault('provision', 'target-unavailable', says);
const unknown = (cell: Cell): TrialFault => unavailable(`This runner has no target ${cell.target}.`);

function offeredFault(cell: Cell, target: CatalogueTarget | undefined, ref: string | null): TrialFault | null {
  if (target === undefined) return unknown(cell);
  if (target.unavailable !== null)
    return unavailable(`${target.manifest.display_name} cannot run here: ${target.unavailable}.`);
  if (ref !== null && !isVersioned(target.manifest.source))
    return unavailable(`The target ${cell.target} is not from git here: there is no ${ref} of it.`);
  const server = target.manifest.servers[cell.server];
  if (server === undefined) return unavailable(`The target ${cell.target} has no server ${cell.server} here.`);
  if (cell.interface !== null && !server.interfaces.includes(cell.interface))
    return unavailable(`The server ${cell.server} of ${cell.target} has no interface ${cell.interface} here.`);
  if (cell.workload !== CUSTOM_WORKLOAD && target.contract.workloads[cell.workload] === undefined)
    return unavailable(`The contract of ${cell.target} has no workload ${cell.workload} here.`);
  return null;
}
