import type { InputProblem } from './errors.ts';
import { parseExpectation } from './gate/expectation.ts';
import { MAX_CHECKS, SERIES_BASE, type Threshold } from './gate/threshold.ts';
import { declaredText, listText } from './number-text.ts';
import type { Metric } from './metric.ts';
import type { PartialSpec, SpecContext } from './spec-context.ts';
import { shown, suggestion } from './spec-problems.ts';
import { LEVEL_KINDS, type LevelKind, levelCount, levelList } from './spec-slug-rules.ts';
import { workloadName } from './workload-name.ts';

/** The rules within `thresholds`, and between them and the matrix, as far as the keys that they need could be read. */
export function thresholdProblems(spec: PartialSpec, context: SpecContext): InputProblem[] {
  const thresholds = spec.thresholds ?? [];
  const names = namesIn(spec, context);
  const problems = thresholds.flatMap((threshold, i) => {
    if (threshold === undefined) return [];
    const at = `/thresholds/${i}`;
    return [
      ...duplicateProblems(thresholds, i),
      ...formProblems(threshold, at),
      ...expectProblems(threshold, at),
      ...regressionProblems(threshold, at, spec, names),
      ...selectorProblems(threshold, at, spec, names),
      ...capacityProblems(threshold, at, spec),
    ];
  });
  return problems.length > 0 ? problems : sizeProblems(spec);
}

/** Only for thresholds that have no other problem. */
function sizeProblems(spec: PartialSpec): InputProblem[] {
  const checks = (spec.thresholds ?? []).reduce((sum, threshold) => {
    const { expect = [], regression } = threshold ?? {};
    return sum + cellsOf(threshold, spec) * (regression === undefined ? expect.length : 1);
  }, 0);
  if (checks <= MAX_CHECKS) return [];
  const detail = `the thresholds are ${checks} checks, one for each cell that each is about; at most ${MAX_CHECKS} are allowed`;
  return [{ pointer: '/thresholds', detail }];
}

/** How many cells a threshold is about, as far as the keys that they follow from could be read. */
function cellsOf(threshold: Threshold | undefined, { deployments = [], workers = [], load = [] }: PartialSpec): number {
  if (threshold === undefined) return 0;
  const { cells, regression } = threshold;
  const asked = LEVEL_KINDS.filter((kind) => cells[kind] !== undefined);
  const levels = load.reduce((sum, family) => {
    if (family === undefined || asked.length === 0) return sum + levelCount(family);
    const matching =
      asked.length > 1 ? [] : asked.flatMap((kind) => levelList(family, kind).filter((n) => n === cells[kind]));
    return sum + matching.length;
  }, 0);
  const sides = cells.deployment === undefined && regression === undefined ? deployments.length : 1;
  return sides * (cells.workers === undefined ? workers.length : 1) * levels;
}

/**
 * The deployments' ids; null where a name that is not among them may still be right: some deployment could not be read, or
 * the spec comes back from the service, which has left out what no runner offers.
 */
function namesIn({ deployments, missing_targets }: PartialSpec, { offers }: SpecContext): readonly string[] | null {
  if (deployments === undefined || deployments.includes(undefined)) return null;
  if (missing_targets === 'skip' && offers === null) return null;
  return deployments.flatMap((deployment) => deployment?.id ?? []);
}

function duplicateProblems(thresholds: NonNullable<PartialSpec['thresholds']>, i: number): InputProblem[] {
  const id = thresholds[i]?.id;
  const first = thresholds.findIndex((other) => id !== undefined && other?.id === id);
  if (first === i || first === -1) return [];
  return [{ pointer: `/thresholds/${i}/id`, detail: `threshold id ${shown(id)} is already used` }];
}

function formProblems({ expect, regression }: Threshold, at: string): InputProblem[] {
  if ((expect === undefined) !== (regression === undefined)) return [];
  const came = expect === undefined ? 'neither' : 'both';
  return [{ pointer: at, detail: `expected exactly one of \`expect\` and \`regression\`, got ${came}` }];
}

function expectProblems({ expect = [] }: Threshold, at: string): InputProblem[] {
  return expect.flatMap((text, i) => {
    const parsed = parseExpectation(text);
    return parsed.ok ? [] : parsed.problems.map((detail) => ({ pointer: `${at}/expect/${i}`, detail }));
  });
}

function regressionProblems(
  { regression }: Threshold,
  at: string,
  spec: PartialSpec,
  names: readonly string[] | null,
): InputProblem[] {
  if (regression === undefined) return [];
  const { metric, base, head } = regression;
  const problems: InputProblem[] = [];
  const say = (key: string, detail: string) => problems.push({ pointer: `${at}/regression/${key}`, detail });
  // A ratio needs values above 0, and most trials have no error at all.
  if (metric === 'error_rate')
    say('metric', 'error_rate is often 0, which has no ratio; write `expect: ["error_rate < 0.01"]` instead');
  if (base !== SERIES_BASE && names !== null && !names.includes(base))
    say('base', `${unknownDeployment(base, names)}, or \`${SERIES_BASE}\` for the baseline of the series`);
  if (names !== null && !names.includes(head)) say('head', unknownDeployment(head, names));
  if (base === head) say('head', `base and head are both ${shown(head)}`);
  if (base === SERIES_BASE && names?.includes(SERIES_BASE) === true)
    say('base', `\`${SERIES_BASE}\` means the baseline of the series; give the deployment of that name another id`);
  if (base === SERIES_BASE && spec.series === undefined)
    say('base', `the base is the baseline of a series, and the spec has no \`series:\``);
  return problems;
}

function unknownDeployment(id: string, names: readonly string[]): string {
  const offered = names.length === 0 ? 'no deployments' : listText(names);
  return `the spec has no deployment ${shown(id)}; it has ${offered}${suggestion(id, names)}`;
}

/** Each key of the selector that no cell has. The matrix is a full product, so cells match all keys unless these are two kinds of load. */
function selectorProblems(
  { cells, regression }: Threshold,
  at: string,
  spec: PartialSpec,
  names: readonly string[] | null,
): InputProblem[] {
  const { deployment, workers, workload } = cells;
  const problems: InputProblem[] = [];
  const say = (key: string, detail: string) => problems.push({ pointer: `${at}/cells/${key}`, detail });
  if (deployment !== undefined && names !== null && !names.includes(deployment))
    say('deployment', unknownDeployment(deployment, names));
  else if (deployment !== undefined && regression !== undefined && deployment !== regression.head)
    say(
      'deployment',
      `the cells of a regression are those of its head ${shown(regression.head)}, got ${shown(deployment)}`,
    );
  if (workers !== undefined && spec.workers !== undefined && !spec.workers.includes(workers))
    say('workers', noCell(workers, 'workers', spec.workers));
  const asked = LEVEL_KINDS.filter((kind) => cells[kind] !== undefined);
  for (const kind of asked) {
    const levels = levelsOf(spec, kind);
    const level = cells[kind];
    if (level !== undefined && levels !== null && !levels.includes(level))
      say(kind, noCell(level, NOUNS[kind], levels));
  }
  if (asked.length > 1) problems.push({ pointer: `${at}/cells`, detail: `no cell has both ${listText(asked)}` });
  const name = spec.workload === undefined ? undefined : workloadName(spec.workload);
  if (workload !== undefined && name !== undefined && workload !== name)
    say('workload', `no cell has workload ${shown(workload)}; the spec has ${name}`);
  return problems;
}

const NOUNS: Readonly<Record<LevelKind, string>> = {
  users: 'users',
  connections: 'connections',
  rate_rps: 'requests/s',
};

/** Null where a family could not be read. */
function levelsOf({ load }: PartialSpec, kind: LevelKind): readonly number[] | null {
  if (load === undefined || load.includes(undefined)) return null;
  return load.flatMap((family) => (family === undefined ? [] : levelList(family, kind)));
}

function noCell(level: number, kind: string, known: readonly number[]): string {
  const has = known.length === 0 ? 'none' : listText(known.map(declaredText));
  return `no cell has ${level} ${kind}; the spec has ${has}`;
}

/** A capacity is asked of cells that have none. */
function capacityProblems(
  { cells, expect = [], regression }: Threshold,
  at: string,
  { load }: PartialSpec,
): InputProblem[] {
  if (load === undefined || load.includes(undefined)) return [];
  const pointers = [
    ...(regression?.metric === 'capacity_rps' ? [`${at}/regression/metric`] : []),
    ...expect.flatMap((text, i) => (metricIn(text) === 'capacity_rps' ? [`${at}/expect/${i}`] : [])),
  ];
  const level = LEVEL_KINDS.find((kind) => cells[kind] !== undefined);
  const isSought = load.some((family) => family?.model === 'capacity');
  if (isSought && level === undefined) return [];
  const detail = isSought
    ? `no cell with a capacity has ${level}`
    : 'no cell has a capacity: it needs a load family of the model `capacity`';
  return pointers.map((pointer) => ({ pointer, detail }));
}

function metricIn(text: string): Metric | null {
  const parsed = parseExpectation(text);
  return parsed.ok ? parsed.expectation.metric : null;
}
