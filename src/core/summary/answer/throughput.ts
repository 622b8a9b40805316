import { countText, listText, numberText, percentText } from '../../number-text.ts';
import type { CellResult } from '../../results.ts';
import { capitalised, type PlaceOf } from './places.ts';
import { timesWithInterval, undecidedText } from './ratios.ts';
import { allWaiting, atCapacity, type Seen, seenFrom, type Situation } from './situation.ts';

/** Other levels whose verdicts differ are spelt out up to this many; the rest is counted. */
const MAX_EXCEPTIONS = 2;

export interface ThroughputText {
  /** One a worker count (the fewest and the most), at the highest load. */
  readonly main: readonly string[];
  /** Whether the lower loads say the same. */
  readonly others: readonly string[];
}

/** Who serves more where somebody's limit was reached, by load family. */
export function throughputText(situations: readonly Situation[], placeOf: PlaceOf): ThroughputText {
  const open = situations.filter((s) => !allWaiting(s));
  const families = [...Map.groupBy(open, (s) => s.family).values()].map((family) => familyText(family, placeOf));
  return { main: families.flatMap((f) => f.main), others: families.flatMap((f) => f.others) };
}

function familyText(family: readonly Situation[], placeOf: PlaceOf): ThroughputText {
  const byWorkers = [...Map.groupBy(family, (s) => s.workers).values()].map((group) => {
    const top = group.reduce((best, s) => (s.level > best.level ? s : best));
    return { top, rest: group.filter((s) => s !== top) };
  });
  const told = byWorkers.length > 2 ? [byWorkers[0], byWorkers.at(-1)].flatMap((x) => x ?? []) : byWorkers;
  const main = told.map(({ top }) => mainSentence(top, placeOf));
  // A worker count in between is one more case that may or may not say the same as the fewest.
  const between = byWorkers.filter((x) => !told.includes(x)).map(({ top }) => ({ s: top, like: byWorkers[0]?.top }));
  const lower = byWorkers.flatMap(({ top, rest }) => rest.map((s) => ({ s, like: top })));
  return { main, others: othersText([...lower, ...between], placeOf) };
}

function leaderView({ cells, comparisons }: Situation): Seen[] {
  const [leader] = cells;
  return leader === undefined ? [] : seenFrom(leader.deployment, 'throughput_rps', comparisons);
}

function mainSentence(situation: Situation, placeOf: PlaceOf): string {
  const place = placeOf([situation]);
  const opening = atCapacity(situation) ? `At capacity (${place.replace(/^at /, '')})` : capitalised(place);
  const seen = leaderView(situation);
  if (seen.length === 0) return `${opening} ${valuesText(situation.cells)}.`;
  return `${opening} ${leaderText(situation, seen)}${remainingPair(situation)}.`;
}

function leaderText({ cells }: Situation, seen: readonly Seen[]): string {
  const leader = cells[0]?.deployment ?? '';
  const of = (verdict: Seen['verdict']) => seen.filter((s) => s.verdict === verdict);
  const clauses = [
    ...of('faster').map((s, i) => `${i === 0 ? 'served ' : ''}${timesWithInterval(s)} what ${s.to} served`),
    ...of('equivalent').map(
      (s) => `served the same as ${s.to} within ${percentText(s.margin)} (${timesWithInterval(s)})`,
    ),
    // A geometric mean that leads and a paired ratio below 1 can only meet where blocks are missing.
    ...of('slower').map((s) => `served ${timesWithInterval(s)} what ${s.to} served`),
    ...of('inconclusive').map((s) => `cannot be told apart from ${s.to} (${undecidedText(s)})`),
  ];
  return `${leader} ${listText(clauses)}`;
}

/** Of three deployments one pair is left beside the leader's two. */
function remainingPair({ cells, comparisons }: Situation): string {
  const [, second, third] = cells;
  if (cells.length !== 3 || second === undefined || third === undefined) return '';
  const pair = seenFrom(second.deployment, 'throughput_rps', comparisons).find((s) => s.to === third.deployment);
  if (pair === undefined) {
    const waiting = [second, third].every((cell) => cell.bottleneck === 'load-limited');
    return waiting ? `; ${second.deployment} and ${third.deployment} were both waiting for the users` : '';
  }
  if (pair.verdict === 'faster') return `; ${pair.of} served ${timesWithInterval(pair)} what ${pair.to} served`;
  if (pair.verdict === 'equivalent')
    return `; ${pair.of} and ${pair.to} served the same within ${percentText(pair.margin)}`;
  return `; ${pair.of} and ${pair.to} cannot be told apart (${undecidedText(pair)})`;
}

function valuesText(cells: readonly CellResult[]): string {
  const values = cells.map(({ deployment, throughput_rps: { value, lo, hi } }) => {
    const interval = lo === null || hi === null ? '' : ` (${numberText(lo)}–${numberText(hi)})`;
    return `${deployment} ${cells.length === 1 ? 'served ' : ''}${numberText(value ?? 0)}${interval}`;
  });
  return cells.length === 1 ? `${values[0]} requests/s` : `the values were ${listText(values)} requests/s`;
}

interface Case {
  readonly s: Situation;
  readonly like: Situation | undefined;
}

function othersText(cases: readonly Case[], placeOf: PlaceOf): string[] {
  const tested = cases.filter(({ s, like }) => leaderView(s).length > 0 && like && leaderView(like).length > 0);
  const differs = tested.filter(({ s, like }) => like === undefined || signature(s) !== signature(like));
  const same = tested.filter((c) => !differs.includes(c)).map(({ s }) => s);
  const spelt = [
    ...Map.groupBy(
      differs.map(({ s }) => s),
      signature,
    ).values(),
  ];
  const texts = spelt.slice(0, MAX_EXCEPTIONS).map((group) => exceptionText(group, placeOf));
  const left = spelt.slice(MAX_EXCEPTIONS).flat().length;
  if (left > 0) texts.push(`In ${countText(left, 'more case')} the verdicts differ from these: see the comparisons.`);
  return same.length > 0 ? [`${capitalised(placeOf(same))} the verdicts are the same.`, ...texts] : texts;
}

function signature(situation: Situation): string {
  const seen = leaderView(situation).map((s) => `${s.to}:${s.verdict}`);
  return JSON.stringify([situation.cells[0]?.deployment, seen.sort()]);
}

/** One place: with its intervals; several with the same verdicts: the verdicts. */
function exceptionText(group: readonly Situation[], placeOf: PlaceOf): string {
  const [first] = group;
  if (first === undefined) return '';
  const opening = capitalised(placeOf(group));
  if (group.length === 1) return `${opening} ${leaderText(first, leaderView(first))}.`;
  const seen = leaderView(first);
  const names = (verdict: Seen['verdict']) => seen.filter((s) => s.verdict === verdict).map((s) => s.to);
  const clauses = [
    ...(names('faster').length > 0 ? [`served more than ${listText(names('faster'))}`] : []),
    ...(names('slower').length > 0 ? [`served less than ${listText(names('slower'))}`] : []),
    ...(names('equivalent').length > 0 ? [`served the same as ${listText(names('equivalent'))}`] : []),
    ...(names('inconclusive').length > 0 ? [`cannot be told apart from ${listText(names('inconclusive'))}`] : []),
  ];
  return `${opening} ${first.cells[0]?.deployment} ${listText(clauses)}.`;
}
