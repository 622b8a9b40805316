import type { InputProblem } from './errors.ts';
import { refRefusal } from './git-ref.ts';
import type { TargetOffer } from './offer.ts';
import type { PartialSpec, SpecContext, SpecWarning } from './spec-context.ts';
import { shown, suggestion } from './spec-problems.ts';
import type { SpecInput } from './spec-schema.ts';

export interface Offered {
  readonly problems: InputProblem[];
  readonly warnings: SpecWarning[];
  /** The spec, less the deployments that `missing_targets: skip` dropped. */
  readonly spec: PartialSpec;
}

type Deployment = SpecInput['deployments'][number];

/** Targets, servers, interfaces, refs and the workload against what runners offer. */
export function checkOffers(spec: PartialSpec, { offers }: SpecContext): Offered {
  if (offers === null) {
    const detail =
      'no runner has registered yet: the experiment waits in the queue, and its targets could not be checked';
    return { problems: [], warnings: [{ code: 'no-runner-yet', detail }], spec };
  }
  const checked = (spec.deployments ?? []).flatMap((deployment, i) => {
    if (deployment === undefined) return [];
    const own = deploymentProblem(deployment, `/deployments/${i}`, offers);
    return [{ deployment, problem: own ?? workloadProblem(deployment, offers, spec.workload) }];
  });
  const missing = checked.flatMap(({ deployment, problem }) => (problem ? [{ deployment, problem }] : []));
  if (spec.missing_targets !== 'skip' || missing.length === checked.length) {
    return { problems: missing.map((c) => c.problem).filter(isFirst), warnings: [], spec };
  }
  const warnings = missing.map(({ deployment, problem }) => ({
    code: 'targets-skipped' as const,
    detail: `deployment ${deployment.id} is left out: ${problem.detail}`,
  }));
  const deployments = checked.filter((c) => c.problem === null).map((c) => c.deployment);
  return { problems: [], warnings, spec: { ...spec, deployments } };
}

/** Two deployments of one target have the same problem with the workload: it is one problem. */
function isFirst(problem: InputProblem, at: number, all: readonly InputProblem[]): boolean {
  return all.findIndex((p) => p.pointer === problem.pointer && p.detail === problem.detail) === at;
}

function namesText(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ');
}

function available(deployment: Deployment, offers: readonly TargetOffer[]): TargetOffer[] {
  return offers.filter((o) => o.target === deployment.target && o.unavailable === null);
}

function deploymentProblem(deployment: Deployment, at: string, offers: readonly TargetOffer[]): InputProblem | null {
  const { target, server } = deployment;
  const names = [...new Set(offers.map((o) => o.target))].sort();
  const first = offers.find((o) => o.target === target);
  if (first === undefined) {
    const detail = `unknown target ${shown(target)}; offered: ${namesText(names)}${suggestion(target, names)}`;
    return { pointer: `${at}/target`, detail };
  }
  const usable = available(deployment, offers);
  if (usable.length === 0)
    return { pointer: `${at}/target`, detail: `target ${target} cannot run: ${first.unavailable ?? 'unavailable'}` };
  const servers = usable.flatMap((o) => o.servers);
  const ofServer = servers.filter((s) => s.server === server);
  if (ofServer.length === 0) {
    const known = [...new Set(servers.map((s) => s.server))];
    const detail = `target ${target} is not offered under server ${shown(server)}; offered: ${namesText(known)}`;
    return { pointer: `${at}/server`, detail };
  }
  const interfaces = [...new Set(ofServer.flatMap((s) => s.interfaces))];
  if (deployment.interface === undefined || interfaces.includes(deployment.interface))
    return refProblem(deployment, at, usable);
  const detail = `${target} under ${server} has no interface ${shown(deployment.interface)}; offered: ${namesText(interfaces)}`;
  return { pointer: `${at}/interface`, detail };
}

/** `ref` on a target that comes with the runner, or a branch that no runner's manifest lets it name. */
function refProblem({ target, ref }: Deployment, at: string, usable: readonly TargetOffer[]): InputProblem | null {
  if (ref === undefined) return null;
  const versioned = usable.filter((offer) => offer.versioned === true);
  if (versioned.length === 0) {
    const detail = `ref is not offered for the target ${target}: its code comes with the runner, not from git`;
    return { pointer: `${at}/ref`, detail };
  }
  const refusals = versioned.map((offer) => refRefusal(ref, offer.branches ?? []));
  const [refusal = null] = refusals;
  return refusal === null || refusals.includes(null) ? null : { pointer: `${at}/ref`, detail: refusal };
}

function workloadProblem(
  deployment: Deployment,
  offers: readonly TargetOffer[],
  workload: PartialSpec['workload'],
): InputProblem | null {
  // What a list asks for is answered by every target that the contract holds for, or is counted as failed.
  if (workload === undefined || typeof workload !== 'string') return null;
  const workloads = [...new Set(available(deployment, offers).flatMap((o) => o.workloads))];
  if (workloads.includes(workload)) return null;
  const detail = `target ${deployment.target} has no workload ${shown(workload)}; offered: ${namesText(workloads)}${suggestion(workload, workloads)}`;
  return { pointer: '/workload', detail };
}
