import { loadWords, rateUnit } from '../../load-words.ts';
import { countText, listText, declaredText } from '../../number-text.ts';
import type { Situation } from './situation.ts';

/** Words for where something holds: "at 10, 50 and 100 users with 1 and 4 workers". */
export type PlaceOf = (situations: readonly Situation[]) => string;

/** Think times are named when users of different families would else look the same. */
export function placesOf(all: readonly Situation[]): PlaceOf {
  const families = new Set(all.filter((s) => s.kind === 'users').map((s) => s.family));
  const manyWorkers = new Set(all.map((s) => s.workers)).size > 1;
  return (situations) => {
    const byFamily = [...Map.groupBy(situations, (s) => s.family).values()];
    return listText(byFamily.map((group) => placeInFamily(group, families.size > 1, manyWorkers)));
  };
}

function placeInFamily(group: readonly Situation[], nameThink: boolean, nameWorkers: boolean): string {
  const byLevels = Map.groupBy(
    [...Map.groupBy(group, (s) => s.workers)].map(([workers, of]) => ({ workers, of })),
    ({ of }) => of.map((s) => s.level).join(),
  );
  const parts = [...byLevels.values()].map((same) => {
    const levels = levelsText(same[0]?.of ?? [], nameThink);
    return nameWorkers ? `${levels} with ${workersText(same.map(({ workers }) => workers))}` : levels;
  });
  return `${PREPOSITIONS[group[0]?.kind ?? 'users']} ${listText(parts)}`;
}

const PREPOSITIONS: Readonly<Record<Situation['kind'], string>> = {
  users: 'at',
  connections: 'at',
  rate: 'at',
  stages: 'through',
  capacity: 'within',
};

function levelsText(situations: readonly Situation[], nameThink: boolean): string {
  const [first] = situations;
  if (first === undefined) return '';
  if (situations.length === 1 || first.kind === 'stages' || first.kind === 'capacity')
    return withThink(loadWords(first.load), first, nameThink);
  const levels = [...situations].sort((a, b) => a.level - b.level).map((s) => declaredText(s.level));
  return withThink(
    `${listText(levels)} ${first.kind === 'rate' ? rateUnit(first.load) : first.kind}`,
    first,
    nameThink,
  );
}

function withThink(text: string, { think_time_mean_s }: Situation, nameThink: boolean): string {
  return nameThink && think_time_mean_s !== null ? `${text} thinking ${declaredText(think_time_mean_s)} s` : text;
}

function workersText(workers: readonly number[]): string {
  const [only] = workers;
  if (workers.length === 1 && only !== undefined) return countText(only, 'worker');
  return `${listText([...workers].sort((a, b) => a - b).map(String))} workers`;
}

export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const MANY = 4;

/** Up to four by name, else their number. */
export function namesText(names: readonly string[]): string {
  return names.length > MANY ? `the ${names.length} deployments` : listText(names);
}
