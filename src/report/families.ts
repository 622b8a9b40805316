import { type CellLoad, levelIn, levelKindOf } from '../core/cell-load.ts';
import { limitWords, loadWords, rateUnit, stagesWords } from '../core/load-words.ts';
import type { Metric } from '../core/metric.ts';
import type { CellResult, Results } from '../core/results.ts';
import { countText, declaredText } from '../core/number-text.ts';
import { capitalised } from '../core/summary/answer/places.ts';

/** The cells of one load family, which share a model and differ by level. */
export interface Family {
  readonly key: string;
  readonly kind: ReturnType<typeof levelKindOf>;
  /** "users" or "capacity". */
  readonly short: string;
  readonly title: string;
  readonly says: string;
  /** What is asked of it: how much was served; of a search how much can be. */
  readonly metric: Extract<Metric, 'throughput_rps' | 'capacity_rps'>;
  /** What stands above a column of levels, and below an axis of them. */
  readonly levelHead: string;
  /** One, 0, where the family has no levels. */
  readonly levels: readonly number[];
  readonly workers: readonly number[];
  readonly deployments: readonly string[];
  readonly cells: readonly CellResult[];
}

/** Closed families with users first: theirs is the load that studies are run with. */
const ORDER: readonly Family['kind'][] = ['users', 'rate', 'stages', 'connections', 'capacity'];

/** Families that have cells. */
export function familiesOf(results: Pick<Results, 'cells'>): Family[] {
  const groups = [...Map.groupBy(results.cells, (cell) => `${cell.load.family}-${cell.workload}`)];
  const families = groups.map(([key, cells]) => familyOf(key, cells, groups.length));
  return families.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

function familyOf(key: string, cells: readonly CellResult[], count: number): Family {
  const load = cells[0]?.load;
  const suffix = count > 2 ? ` (family ${key})` : '';
  const words = load === undefined ? NO_CELLS : WORDS[levelKindOf(load)](load);
  return {
    key,
    kind: load === undefined ? 'users' : levelKindOf(load),
    ...words,
    title: `${words.title}${suffix}`,
    metric: load?.model === 'capacity' ? 'capacity_rps' : 'throughput_rps',
    levels: ascending(cells.map(levelOf)),
    workers: ascending(cells.map((cell) => cell.workers)),
    deployments: [...new Set(cells.map((cell) => cell.deployment))],
    cells,
  };
}

type Words = Pick<Family, 'short' | 'title' | 'says' | 'levelHead'>;

const NO_CELLS: Words = { short: 'users', title: '', says: '', levelHead: 'Users' };

const WORDS: Readonly<Record<Family['kind'], (load: CellLoad) => Words>> = {
  users: usersWords,
  connections: () => ({
    short: 'capacity',
    title: 'Capacity: connections without think time',
    says: 'Each connection sends its next request as soon as the last is answered, so the rate is what the deployment can serve at that concurrency.',
    levelHead: 'Connections',
  }),
  rate: (load) => ({
    short: 'rates',
    title: 'Open load: rates',
    says: `${arriving(load)}, so latency is that which users would see at that rate. Where more arrive than are served it grows for as long as the window lasts, and is left out.`,
    levelHead: capitalised(rateUnit(load)),
  }),
  stages: (load) => ({
    short: 'stages',
    title: 'Open load: stages',
    says: `${arriving(load)}, at ${stagesWords(load)}: the stages together are the window.`,
    levelHead: 'Load',
  }),
  capacity: ({ limit, arrivals }) => ({
    short: 'limit',
    title: 'Capacity within a limit',
    says: `The highest rate of arrivals (${arrivalsWords(arrivals)}, waiting for no answer) at which surely ${limitWords(limit)}: searched anew in every trial, to within 5 %. Latencies and the rest are those of the search’s best step.`,
    levelHead: 'Limit',
  }),
};

function usersWords({ think_time_mean_s }: CellLoad): Words {
  const think = think_time_mean_s ?? 0;
  return {
    short: 'users',
    title: think > 0 ? 'Users who think' : 'Users who do not think',
    says:
      think > 0
        ? `Each user waits ${declaredText(think)} s on average between an answer and the next request. So N users offer at most N\u00a0÷\u00a0${declaredText(think)}\u00a0s requests a second, whatever serves them: where a cell is “waiting for users”, its rate is not a capacity.`
        : 'Each user sends the next request as soon as the last is answered.',
    levelHead: 'Users',
  };
}

/** "Requests arrive by a schedule (evenly spaced) that waits for no answer". */
function arriving({ arrivals, rate_of }: CellLoad): string {
  const what = rate_of === undefined ? 'Requests' : 'Iterations, of which some are sequences of several requests,';
  return `${what} arrive by a schedule (${arrivalsWords(arrivals)}) that waits for no answer`;
}

function arrivalsWords(arrivals: CellLoad['arrivals']): string {
  return arrivals === 'constant' ? 'evenly spaced' : 'by chance, Poisson';
}

/** Each value once. */
function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** 0 where its family has no levels. */
export function levelOf(cell: Pick<CellResult, 'load'>): number {
  return levelIn(cell.load) ?? 0;
}

/** "100 users", "1 connection", "500 requests/s"; of a family without levels its whole load. */
export function levelText(family: Pick<Family, 'kind' | 'cells'>, level: number): string {
  if (family.kind === 'users') return countText(level, 'user');
  if (family.kind === 'connections') return countText(level, 'connection');
  const [first] = family.cells;
  if (family.kind === 'rate') return `${declaredText(level)} ${rateUnit(first?.load ?? {})}`;
  return first === undefined ? '' : loadWords(first.load);
}

/** A level as it stands in its column: of a family without levels the load in short. */
export function levelCellText(cell: Pick<CellResult, 'load'>): string {
  const level = levelIn(cell.load);
  return level === null ? loadWords(cell.load) : declaredText(level);
}

export function cellAt(family: Family, deployment: string, workers: number, level: number): CellResult | undefined {
  return family.cells.find((c) => c.deployment === deployment && c.workers === workers && levelOf(c) === level);
}

const PREPOSITIONS: Readonly<Record<Family['kind'], string>> = {
  users: 'at',
  connections: 'at',
  rate: 'at',
  stages: 'through',
  capacity: 'within',
};

/** "at 100 users", "through stages of …", "within p95 ≤ 50 ms, errors ≤ 0.1 %". */
export function placeText(family: Pick<Family, 'kind' | 'cells'>, level: number): string {
  return `${PREPOSITIONS[family.kind]} ${levelText(family, level)}`;
}

/** Whether cells of the family differ by a level, which axes and columns can name. */
export function hasLevels(family: Pick<Family, 'kind'>): boolean {
  return family.kind !== 'stages' && family.kind !== 'capacity';
}
