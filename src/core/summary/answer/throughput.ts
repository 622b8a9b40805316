import { countText, listText, measuredText, percentText } from '../../number-text.ts';
import { leaderText, leaderView } from './leader-text.ts';
import { capitalised, type PlaceOf } from './places.ts';
import { openText, timesRange, timesWithInterval } from './ratios.ts';
import { allWaiting, atCapacity, type Seen, seenFrom, type Situation, waitingText } from './situation.ts';

/** Groups of lower loads whose verdicts differ are spelt out up to this many; the rest is counted. */
const MAX_EXCEPTIONS = 2;

export interface ThroughputText {
  /** One a worker count (the fewest and the most), at the highest load where something could be compared. */
  readonly main: readonly string[];
  /** Whether the other loads and worker counts say the same. */
  readonly others: readonly string[];
}

/** Who serves more where somebody's limit was reached, by load family. */
export function throughputText(situations: readonly Situation[], placeOf: PlaceOf): ThroughputText {
  const open = situations.filter((s) => !allWaiting(s));
  const families = [...Map.groupBy(open, (s) => s.family).values()].map((family) => familyText(family, placeOf));
  return { main: families.flatMap((f) => f.main), others: families.flatMap((f) => f.others) };
}

/** A situation that is not told by itself, and the told one that it is held against. */
interface Other {
  readonly situation: Situation;
  readonly told: Situation;
}

function familyText(family: readonly Situation[], placeOf: PlaceOf): ThroughputText {
  const byWorkers = [...Map.groupBy(family, (s) => s.workers).values()].map((group) => ({
    group,
    top: group.reduce((best, s) => (tellsMore(s, best) ? s : best)),
  }));
  const shown = [...new Set([byWorkers[0], byWorkers.at(-1)].flatMap((x) => x?.top ?? []))];
  const others = byWorkers.flatMap(({ group, top }) => {
    const told = shown.includes(top) ? top : (shown[0] ?? top);
    return group.filter((s) => !shown.includes(s)).map((situation) => ({ situation, told }));
  });
  return { main: shown.map((top) => mainSentence(top, placeOf)), others: othersText(others, placeOf) };
}

/** The higher load, of those where a verdict is possible: invalid cells may leave one deployment alone at the highest. */
function tellsMore(a: Situation, b: Situation): boolean {
  const [ofA, ofB] = [leaderView([a]) !== null, leaderView([b]) !== null];
  return ofA === ofB ? a.level > b.level : ofA;
}

function mainSentence(situation: Situation, placeOf: PlaceOf): string {
  const place = placeOf([situation]);
  // A search is for the capacity, whatever held it there.
  const isNamed = atCapacity(situation) && situation.kind !== 'capacity';
  const opening = isNamed ? `At capacity (${place.replace(/^at /, '')})` : capitalised(place);
  const view = leaderView([situation]);
  if (view === null) return `${opening} ${valuesText(situation)}.`;
  return `${opening} ${leaderText(view)}${remainingPair(situation)}.`;
}

/** Of three deployments one pair is left beside the leader's two. */
function pairLeft({ cells, comparisons, metric }: Situation): Seen | undefined {
  const [, second, third] = cells;
  if (cells.length !== 3 || second === undefined || third === undefined) return undefined;
  return seenFrom(second.deployment, metric, comparisons).find((s) => s.to === third.deployment);
}

function remainingPair(situation: Situation): string {
  const pair = pairLeft(situation);
  if (pair === undefined) {
    const [, ...rest] = situation.cells;
    const names = rest.filter((cell) => cell.bottleneck === 'load-limited').map((cell) => cell.deployment);
    return names.length < 2 ? '' : `; ${listText(names)} ${waitingText(situation)}`;
  }
  if (pair.verdict === 'faster') return `; ${pair.of} served ${timesWithInterval(pair)} what ${pair.to} served`;
  if (pair.verdict === 'equivalent')
    return `; ${pair.of} and ${pair.to} served the same within ${percentText(pair.margin)}`;
  return `; ${pair.of} and ${pair.to} cannot be told apart (${openText(pair)})`;
}

/** Values without a verdict: one deployment alone, or too few repetitions for any. */
function valuesText({ cells, metric }: Situation): string {
  const values = cells.map(({ deployment, censored, [metric]: { value, lo, hi } }) => {
    const bound = metric === 'capacity_rps' && censored.includes('capacity') ? '≥ ' : '';
    const interval = lo === null || hi === null ? '' : ` (${measuredText(lo)}–${measuredText(hi)})`;
    return `${deployment} ${cells.length === 1 ? 'served ' : ''}${bound}${measuredText(value ?? 0)}${interval}`;
  });
  return cells.length === 1 ? `${values[0]} requests/s` : `the values were ${listText(values)} requests/s`;
}

function othersText(others: readonly Other[], placeOf: PlaceOf): string[] {
  const tested = others.filter(
    ({ situation, told }) => leaderView([situation]) !== null && leaderView([told]) !== null,
  );
  const same = tested.filter(({ situation, told }) => verdictsFrom(told, situation) === verdictsFrom(told, told));
  const differing = tested.filter((other) => !same.includes(other)).map((other) => other.situation);
  const spelt = [...Map.groupBy(differing, (s) => verdictsFrom(s, s)).values()];
  const exceptions = spelt.slice(0, MAX_EXCEPTIONS).map((group) => exceptionText(group, placeOf));
  const left = spelt.slice(MAX_EXCEPTIONS).flat().length;
  const more = left === 0 ? [] : [`In ${countText(left, 'more case')} the verdicts differ again: see the comparisons.`];
  return [...sameText(same, placeOf), ...exceptions, ...more];
}

function sameText(same: readonly Other[], placeOf: PlaceOf): string[] {
  if (same.length === 0) return [];
  const leaders = new Set(same.map(({ told }) => told.cells[0]?.deployment));
  const situations = same.map((other) => other.situation);
  const view = leaders.size === 1 ? leaderView(situations, [...leaders][0]) : null;
  const won = (view?.against ?? []).filter(({ seen }) => seen.every((s) => s.verdict === 'faster'));
  const ranges = won.length > 3 ? [] : won.map(({ to, seen }) => `${timesRange(seen)} ${to}`);
  return [
    `${capitalised(placeOf(situations))} the verdicts are the same${ranges.length > 0 ? ` (${ranges.join(', ')})` : ''}.`,
  ];
}

/** The verdicts of a situation as seen from the leader of another, and of three deployments that of the pair left. */
function verdictsFrom(from: Situation, of: Situation): string {
  const leader = from.cells[0]?.deployment ?? '';
  const seen = seenFrom(leader, of.metric, of.comparisons);
  const left = pairLeft(from);
  const pair = left ? seenFrom(left.of, of.metric, of.comparisons).filter((s) => s.to === left.to) : [];
  return [...seen, ...pair]
    .map((s) => `${s.of} ${s.to} ${s.verdict}`)
    .sort()
    .join();
}

function exceptionText(group: readonly Situation[], placeOf: PlaceOf): string {
  const view = leaderView(group, group[0]?.cells[0]?.deployment);
  const [only] = group;
  const rest = group.length === 1 && only !== undefined ? remainingPair(only) : '';
  return view === null ? '' : `${capitalised(placeOf(group))} ${leaderText(view)}${rest}.`;
}
