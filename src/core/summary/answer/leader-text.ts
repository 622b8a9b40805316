import { listText, percentText } from '../../number-text.ts';
import { openText, timesRange } from './ratios.ts';
import type { Seen, Situation } from './situation.ts';
import { seenFrom } from './situation.ts';

/** More than these are told by the nearest and the farthest. */
const MANY = 4;

/** One deployment against each other one, in one or in several situations with the same verdicts. */
export interface LeaderView {
  readonly leader: string;
  /** In every situation it served all that its users asked for, or all that arrived: more may be in it. */
  readonly waiting: boolean;
  /** Arrivals that wait for nobody, where others wait for users. */
  readonly open: boolean;
  readonly against: readonly { readonly to: string; readonly seen: readonly Seen[] }[];
}

/** What is known of the highest throughput, or capacity, of the first situation; null when nothing was tested there. */
export function leaderView(situations: readonly Situation[], of?: string): LeaderView | null {
  const leader = of ?? situations[0]?.cells[0]?.deployment;
  if (leader === undefined) return null;
  const seen = situations.flatMap((s) => seenFrom(leader, s.metric, s.comparisons));
  if (seen.length === 0) return null;
  const against = [...Map.groupBy(seen, (s) => s.to)].map(([to, group]) => ({ to, seen: group }));
  const own = situations.flatMap((s) => s.cells.filter((cell) => cell.deployment === leader));
  const waiting = own.every((cell) => cell.bottleneck === 'load-limited');
  return { leader, waiting, open: situations[0]?.load.model === 'open', against };
}

/** "fastapi served 3.12× (2.95–3.30) what django-asgi served and cannot be told apart from express (…)". */
export function leaderText({ leader, waiting, open, against }: LeaderView): string {
  const of = (verdict: Seen['verdict']) => against.filter(({ seen }) => seen[0]?.verdict === verdict);
  const margin = against[0]?.seen[0]?.margin ?? 0;
  const clauses = [
    ...moreThan(of('faster')),
    // The highest geometric mean can be the slower one of a pair only where blocks are missing.
    ...moreThan(of('slower')),
    ...named('served the same as', 'and', of('equivalent'), ` within ${percentText(margin)}`),
    ...named('cannot be told apart from', 'or', of('inconclusive'), ''),
  ];
  const still = waiting ? (open ? ', still keeping up with the rate,' : ', still waiting for its users,') : '';
  return `${leader}${still} ${listText(clauses)}`;
}

function moreThan(group: LeaderView['against']): string[] {
  const nearFirst = [...group].sort((a, b) => (a.seen[0]?.ratio ?? 0) - (b.seen[0]?.ratio ?? 0));
  const texts = nearFirst.map(({ to, seen }) => `${timesRange(seen)} what ${to} served`);
  if (texts.length === 0) return [];
  if (texts.length <= MANY) return [`served ${listText(texts)}`];
  return [`served more than ${texts.length} others, from ${texts[0]} to ${texts.at(-1)}`];
}

function named(verb: string, and: string, group: LeaderView['against'], after: string): string[] {
  if (group.length === 0) return [];
  if (group.length > MANY) return [`${verb} ${group.length} others${after}`];
  const names = group.map(({ to, seen }) => {
    const [only] = seen;
    return seen.length === 1 && only !== undefined ? `${to} (${openText(only)})` : to;
  });
  return [`${verb} ${names.join(names.length > 2 ? `, ${and} ` : ` ${and} `)}${after}`];
}
