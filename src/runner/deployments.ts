import type { Cell } from '../core/matrix.ts';
import type { Catalogue, CatalogueTarget } from './catalogue.ts';
import type { OnEvent } from './event.ts';
import type { ProvisionRoot } from './provision/cache.ts';
import { type ProvisionedTarget, provision } from './provision/provision.ts';
import { TrialFault } from './trial-fault.ts';

/** A deployment on this host: ready to be started, or the fault that each of its trials gets. */
export type Deployment =
  | { readonly provisioned: ProvisionedTarget; readonly interface: string; readonly fault: null }
  | { readonly provisioned: null; readonly interface: string | null; readonly fault: TrialFault };

/** Installs each target once, whatever number of deployments use it. */
export async function provisionAll(
  cells: Iterable<Cell>,
  catalogue: Catalogue,
  root: ProvisionRoot,
  watch: { readonly signal: AbortSignal; readonly onEvent: OnEvent },
): Promise<Map<string, Deployment>> {
  const targets = new Map<string, ProvisionedTarget | TrialFault>();
  const deployments = new Map<string, Deployment>();
  for (const cell of cells) {
    if (deployments.has(cell.deployment)) continue;
    const target = catalogue.targets.get(cell.target);
    const fault = offeredFault(cell, target);
    if (target === undefined || fault !== null) {
      deployments.set(cell.deployment, { provisioned: null, interface: cell.interface, fault: fault ?? unknown(cell) });
      continue;
    }
    const installed = targets.get(cell.target) ?? (await install(target, root, watch));
    targets.set(cell.target, installed);
    const name = cell.interface ?? target.manifest.servers[cell.server]?.interfaces[0] ?? '';
    deployments.set(
      cell.deployment,
      installed instanceof TrialFault
        ? { provisioned: null, interface: name, fault: installed }
        : { provisioned: installed, interface: name, fault: null },
    );
  }
  return deployments;
}

async function install(
  target: CatalogueTarget,
  root: ProvisionRoot,
  { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: OnEvent },
): Promise<ProvisionedTarget | TrialFault> {
  const { name } = target.manifest;
  onEvent({ type: 'provisioning', target: name });
  try {
    const provisioned = await provision(target, root, signal);
    onEvent({ type: 'provisioned', target: name, cached: provisioned.cached, ok: true });
    return provisioned;
  } catch (error) {
    signal.throwIfAborted();
    onEvent({ type: 'provisioned', target: name, cached: false, ok: false });
    if (error instanceof TrialFault) return error;
    return new TrialFault('provision', 'provision-failed', (error as Error).message);
  }
}

const unavailable = (says: string): TrialFault => new TrialFault('provision', 'target-unavailable', says);
const unknown = (cell: Cell): TrialFault => unavailable(`This runner has no target ${cell.target}.`);

function offeredFault(cell: Cell, target: CatalogueTarget | undefined): TrialFault | null {
  if (target === undefined) return unknown(cell);
  if (target.unavailable !== null)
    return unavailable(`${target.manifest.display_name} cannot run here: ${target.unavailable}.`);
  const server = target.manifest.servers[cell.server];
  if (server === undefined) return unavailable(`The target ${cell.target} has no server ${cell.server} here.`);
  if (cell.interface !== null && !server.interfaces.includes(cell.interface))
    return unavailable(`The server ${cell.server} of ${cell.target} has no interface ${cell.interface} here.`);
  if (target.contract.workloads[cell.workload] === undefined)
    return unavailable(`The contract of ${cell.target} has no workload ${cell.workload} here.`);
  return null;
}
