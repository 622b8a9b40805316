import { capitalised, namesText, type PlaceOf } from './places.ts';
import { allWaiting, type Situation, waitingText } from './situation.ts';

/** Where every deployment served all that its users asked for, or all that arrived: there throughput says nothing of the deployments. */
export function waitingSentences(situations: readonly Situation[], placeOf: PlaceOf): string[] {
  const waiting = situations.filter(allWaiting);
  const groups = Map.groupBy(waiting, ({ cells, load }) =>
    JSON.stringify([load.model, ...cells.map((cell) => cell.deployment).sort()]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [sentence(first, capitalised(placeOf(group)))];
  });
}

function sentence(situation: Situation, place: string): string {
  const names = matrixOrder(situation);
  if (names.length > 1) {
    const all = names.length === 2 ? 'both' : 'all';
    return `${place} ${namesText(names)} cannot be told apart by throughput: ${all} ${waitingText(situation)}.`;
  }
  return situation.load.model === 'open'
    ? `${place} ${names[0]} served all that arrived, so its throughput there is the rate’s, not its limit.`
    : `${place} ${names[0]} served all that the users asked for, so its throughput there is theirs, not its limit.`;
}

/** Cells are sorted by throughput, which says nothing here: names come as the comparisons have them. */
function matrixOrder({ cells, comparisons }: Situation): string[] {
  const there = cells.map((cell) => cell.deployment);
  const ordered = [...new Set(comparisons.flatMap(({ a, b }) => [a, b]))];
  return there.length === 1 ? there : ordered.filter((name) => there.includes(name));
}
