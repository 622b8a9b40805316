import type { InputProblem } from './errors.ts';
import { MAX_CELLS, MAX_TRIALS } from './limits.ts';
import { expandMatrix } from './matrix.ts';
import type { TargetOffer } from './offer.ts';
import { matrixSize } from './schedule.ts';
import type { SpecContext, SpecWarning } from './spec-parse.ts';
import { shown, suggestion } from './spec-problems.ts';
import type { SpecInput } from './spec-schema.ts';

/** A spec of which some keys could not be read. */
export type PartialSpec = Partial<SpecInput>;

interface Crossed {
  readonly problems: InputProblem[];
  readonly warnings: SpecWarning[];
  /** The spec, less the deployments that `missing_targets: skip` dropped. */
  readonly spec: PartialSpec;
}

/** The rules between keys, each run when the keys it needs could be read. */
export function crossProblems(spec: PartialSpec, context: SpecContext): Crossed {
  const problems = [...duplicateProblems(spec), ...loadProblems(spec)];
  const offered = offerProblems(spec, context);
  problems.push(...offered.problems);
  if (problems.length === 0) problems.push(...sizeProblems(offered.spec));
  else problems.push(...countProblems(offered.spec));
  const warnings = [...offered.warnings];
  if (spec.repetitions !== undefined && spec.repetitions < 5) {
    warnings.push({
      code: 'weak-repetitions',
      detail: `${spec.repetitions} repetitions give weak intervals; 5 or more are advised`,
    });
  }
  return { problems, warnings, spec: offered.spec };
}

function duplicates<T>(values: readonly T[]): number[] {
  return values.flatMap((value, i) => (values.indexOf(value) < i ? [i] : []));
}

function duplicateProblems(spec: PartialSpec): InputProblem[] {
  const ids = (spec.deployments ?? []).map((d) => d.id);
  return [
    ...duplicates(ids).map((i) => ({
      pointer: `/deployments/${i}/id`,
      detail: `deployment id ${shown(ids[i])} is already used`,
    })),
    ...duplicates(spec.workers ?? []).map((i) => ({
      pointer: `/workers/${i}`,
      detail: `worker count ${spec.workers?.[i]} is listed twice`,
    })),
  ];
}

function loadProblems(spec: PartialSpec): InputProblem[] {
  const problems: InputProblem[] = [];
  (spec.load ?? []).forEach((family, i) => {
    const at = `/load/${i}`;
    if ((family.users === undefined) === (family.connections === undefined)) {
      problems.push({
        pointer: at,
        detail: 'expected exactly one of `users` (with think time) and `connections` (without: capacity)',
      });
    }
    if (family.users !== undefined && family.think_time_s === undefined) {
      problems.push({
        pointer: `${at}/think_time_s`,
        detail: 'users need a think time, e.g. {uniform: [1, 2]}; without one use `connections`',
      });
    }
    if (family.connections !== undefined) {
      for (const key of ['think_time_s', 'ramp_users_per_s'] as const) {
        if (family[key] !== undefined)
          problems.push({ pointer: `${at}/${key}`, detail: `\`${key}\` belongs to users, not to connections` });
      }
    }
    problems.push(...thinkProblems(family.think_time_s, `${at}/think_time_s`));
  });
  if (problems.length === 0) problems.push(...slugProblems(spec));
  return problems;
}

function thinkProblems(think: SpecInput['load'][number]['think_time_s'], at: string): InputProblem[] {
  if (think === undefined) return [];
  if (Object.values(think).filter((v) => v !== undefined).length !== 1) {
    return [{ pointer: at, detail: `expected exactly one of constant, uniform, exponential, got ${shown(think)}` }];
  }
  if (think.uniform && think.uniform[0] > think.uniform[1]) {
    return [{ pointer: `${at}/uniform`, detail: `expected [lowest, highest], got ${shown(think.uniform)}` }];
  }
  return [];
}

/** Two families with the same level would share a slug: then each needs an id of its own. */
function slugProblems(spec: PartialSpec): InputProblem[] {
  const seen = new Map<string, number>();
  return (spec.load ?? []).flatMap((family, i) => {
    const kind = family.users === undefined ? 'c' : 'u';
    return (family.users ?? family.connections ?? []).flatMap((level, j): InputProblem[] => {
      const slug = `${kind}${level}${family.id === undefined ? '' : `.${family.id}`}`;
      const before = seen.get(slug);
      seen.set(slug, i);
      if (before === undefined) return [];
      const key = family.users === undefined ? 'connections' : 'users';
      if (before === i) return [{ pointer: `/load/${i}/${key}/${j}`, detail: `level ${level} is listed twice` }];
      return [
        {
          pointer: `/load/${i}/id`,
          detail: `level ${level} is also in /load/${before}: give each of the two families an \`id\` of its own`,
        },
      ];
    });
  });
}

function countProblems(spec: PartialSpec): InputProblem[] {
  const levels = (spec.load ?? []).reduce((sum, family) => sum + (family.users ?? family.connections ?? []).length, 0);
  const cells = (spec.deployments?.length ?? 0) * (spec.workers?.length ?? 0) * levels;
  if (cells > MAX_CELLS)
    return [{ pointer: '', detail: `the matrix has ${cells} cells; at most ${MAX_CELLS} are allowed` }];
  const trials = cells * (spec.repetitions ?? 1);
  return trials > MAX_TRIALS
    ? [{ pointer: '', detail: `the matrix has ${trials} trials; at most ${MAX_TRIALS} are allowed` }]
    : [];
}

function sizeProblems(spec: PartialSpec): InputProblem[] {
  const counted = countProblems(spec);
  const { deployments, workers, load, workload, repetitions, warmup_s, window_s, timeout_minutes } = spec;
  if (counted.length > 0 || !deployments || !workers || !load || workload === undefined) return counted;
  if (repetitions === undefined || warmup_s === undefined || window_s === undefined || timeout_minutes === undefined)
    return counted;
  const { trials, estimated_s } = matrixSize({ deployments, workers, load, workload, repetitions, warmup_s, window_s });
  const minutes = Math.ceil(estimated_s / 60);
  if (minutes <= timeout_minutes || expandMatrix({ deployments, workers, load, workload }).length === 0) return counted;
  return [
    {
      pointer: '/timeout_minutes',
      detail: `the matrix of ${trials} trials is estimated at ${minutes} minutes, more than timeout_minutes ${timeout_minutes}`,
    },
  ];
}

interface Offered {
  readonly problems: InputProblem[];
  readonly warnings: SpecWarning[];
  readonly spec: PartialSpec;
}

function offerProblems(spec: PartialSpec, { offers }: SpecContext): Offered {
  if (offers === null) {
    const detail =
      'no runner has registered yet: the experiment waits in the queue, and its targets could not be checked';
    return { problems: [], warnings: [{ code: 'no-runner-yet', detail }], spec };
  }
  const checked = (spec.deployments ?? []).map((deployment, i) => ({
    deployment,
    problems: deploymentProblems(deployment, i, offers, spec.workload),
  }));
  const missing = checked.filter((c) => c.problems.length > 0);
  if (spec.missing_targets !== 'skip' || missing.length === checked.length) {
    return { problems: missing.flatMap((c) => c.problems), warnings: [], spec };
  }
  const warnings = missing.map((c) => ({
    code: 'targets-skipped' as const,
    detail: `deployment ${c.deployment.id} is left out: ${c.problems.map((p) => p.detail).join('; ')}`,
  }));
  const deployments = checked.filter((c) => c.problems.length === 0).map((c) => c.deployment);
  return { problems: [], warnings, spec: { ...spec, deployments } };
}

function deploymentProblems(
  deployment: SpecInput['deployments'][number],
  index: number,
  offers: readonly TargetOffer[],
  workload: string | undefined,
): InputProblem[] {
  const at = `/deployments/${index}`;
  const names = [...new Set(offers.map((o) => o.target))].sort();
  const ofTarget = offers.filter((o) => o.target === deployment.target);
  if (ofTarget.length === 0) {
    const detail = `unknown target ${shown(deployment.target)}; offered: ${names.join(', ')}${suggestion(deployment.target, names)}`;
    return [{ pointer: `${at}/target`, detail }];
  }
  const available = ofTarget.filter((o) => o.unavailable === null);
  if (available.length === 0) {
    return [
      {
        pointer: `${at}/target`,
        detail: `target ${deployment.target} cannot run: ${ofTarget[0]?.unavailable ?? 'unavailable'}`,
      },
    ];
  }
  const servers = available.flatMap((o) => o.servers);
  const ofServer = servers.filter((s) => s.server === deployment.server);
  if (ofServer.length === 0) {
    const known = [...new Set(servers.map((s) => s.server))].join(', ');
    return [
      {
        pointer: `${at}/server`,
        detail: `target ${deployment.target} is not offered under server ${shown(deployment.server)}; offered: ${known}`,
      },
    ];
  }
  const interfaces = [...new Set(ofServer.flatMap((s) => s.interfaces))];
  if (deployment.interface !== undefined && !interfaces.includes(deployment.interface)) {
    const detail = `${deployment.target} under ${deployment.server} has no interface ${shown(deployment.interface)}; offered: ${interfaces.join(', ')}`;
    return [{ pointer: `${at}/interface`, detail }];
  }
  const workloads = [...new Set(available.flatMap((o) => o.workloads))];
  if (workload === undefined || workloads.includes(workload)) return [];
  return [
    {
      pointer: '/workload',
      detail: `${deployment.target} has no workload ${shown(workload)}; offered: ${workloads.join(', ')}`,
    },
  ];
}
