import { capitalised, namesText, type PlaceOf } from './places.ts';
import { allWaiting, type Situation } from './situation.ts';

/** Where every deployment served all that its users asked for: there throughput says nothing of the deployments. */
export function waitingSentences(situations: readonly Situation[], placeOf: PlaceOf): string[] {
  const waiting = situations.filter(allWaiting);
  const groups = Map.groupBy(waiting, ({ cells }) => JSON.stringify(cells.map((cell) => cell.deployment).sort()));
  return [...groups.values()].map((group) => {
    const place = capitalised(placeOf(group));
    const names = matrixOrder(group[0]);
    if (names.length === 1)
      return `${place} ${names[0]} served all that the users asked for, so its throughput there is theirs, not its limit.`;
    const all = names.length === 2 ? 'both were' : 'all were';
    return `${place} ${namesText(names)} cannot be told apart by throughput: ${all} waiting for the users.`;
  });
}

/** Cells are sorted by throughput, which says nothing here: names come as the comparisons have them. */
function matrixOrder(situation: Situation | undefined): string[] {
  const there = situation?.cells.map((cell) => cell.deployment) ?? [];
  const ordered = [...new Set(situation?.comparisons.flatMap(({ a, b }) => [a, b]))];
  return there.length === 1 ? there : ordered.filter((name) => there.includes(name));
}
