import type { CellResult, Results } from '../core/results.ts';
import { countText, declaredText } from '../core/number-text.ts';

/** The cells of one load family, which share a model and differ by level. */
export interface Family {
  readonly key: string;
  readonly kind: 'users' | 'connections';
  /** "users" or "capacity". */
  readonly short: string;
  readonly title: string;
  readonly says: string;
  readonly levels: readonly number[];
  readonly workers: readonly number[];
  readonly deployments: readonly string[];
  readonly cells: readonly CellResult[];
}

/** Families that have cells, users first: theirs is the load that studies are run with. */
export function familiesOf(results: Pick<Results, 'cells'>): Family[] {
  const groups = [...Map.groupBy(results.cells, (cell) => `${cell.load.family}-${cell.workload}`)];
  const families = groups.map(([key, cells]) => familyOf(key, cells, groups.length));
  return families.sort((a, b) => Number(a.kind === 'connections') - Number(b.kind === 'connections'));
}

function familyOf(key: string, cells: readonly CellResult[], count: number): Family {
  const kind = cells.some((cell) => cell.load.users !== null) ? 'users' : 'connections';
  const load = cells[0]?.load;
  const suffix = count > 2 ? ` (family ${key})` : '';
  const shared = {
    key,
    kind,
    levels: ascending(cells.map(levelOf)),
    workers: ascending(cells.map((cell) => cell.workers)),
    deployments: [...new Set(cells.map((cell) => cell.deployment))],
    cells,
  } as const;
  if (kind === 'connections')
    return {
      ...shared,
      short: 'capacity',
      title: `Capacity: connections without think time${suffix}`,
      says: 'Each connection sends its next request as soon as the last is answered, so the rate is what the deployment can serve at that concurrency.',
    };
  const think = load?.think_time_mean_s ?? 0;
  return {
    ...shared,
    short: 'users',
    title: think > 0 ? `Users who think${suffix}` : `Users who do not think${suffix}`,
    says:
      think > 0
        ? `Each user waits ${declaredText(think)} s on average between an answer and the next request. So N users offer at most N\u00a0÷\u00a0${declaredText(think)}\u00a0s requests a second, whatever serves them: where a cell is “waiting for users”, its rate is not a capacity.`
        : 'Each user sends the next request as soon as the last is answered.',
  };
}

/** Each value once. */
function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

export function levelOf(cell: Pick<CellResult, 'load'>): number {
  return cell.load.users ?? cell.load.connections ?? 0;
}

/** "100 users", "1 connection". */
export function levelText(family: Pick<Family, 'kind'>, level: number): string {
  return countText(level, family.kind === 'users' ? 'user' : 'connection');
}

export function cellAt(family: Family, deployment: string, workers: number, level: number): CellResult | undefined {
  return family.cells.find((c) => c.deployment === deployment && c.workers === workers && levelOf(c) === level);
}
