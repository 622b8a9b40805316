import { countText, listText } from '../../number-text.ts';
import type { Metric } from '../../metric.ts';
import type { Comparison } from '../../results.ts';
import { timesRange } from './ratios.ts';
import { type Seen, seenFrom } from './situation.ts';

/** More than these are told together. */
const MANY = 4;

/** How one metric came out over several situations, told from the deployment that did best most often. */
interface Tally {
  readonly best: string;
  readonly against: readonly { readonly to: string; readonly seen: readonly Seen[]; readonly won: readonly Seen[] }[];
}

/** Null when nothing was tested. */
export function tally(metric: Metric, comparisons: readonly Comparison[]): Tally | null {
  const ofMetric = comparisons.filter((c) => c.metric === metric && c.ratio !== null);
  const names = [...new Set(ofMetric.flatMap(({ a, b }) => [a, b]))];
  const ranked = names
    .map((name) => ({ name, seen: seenFrom(name, metric, ofMetric) }))
    .map((entry) => ({ ...entry, wins: entry.seen.filter((s) => s.verdict === 'faster').length }))
    .sort((x, y) => y.wins - x.wins);
  const [best] = ranked;
  if (best === undefined) return null;
  const groups = [...Map.groupBy(best.seen, (seen) => seen.to)];
  const against = groups.map(([to, seen]) => ({ to, seen, won: seen.filter((s) => s.verdict === 'faster') }));
  return { best: best.name, against };
}

/** "than django-asgi (2.10–3.40×) and django-wsgi (1.20–1.31×) in all 6 cases"; null: it never was better. */
export function wonText({ against }: Tally): string | null {
  const parts = against.filter(({ won }) => won.length > 0);
  if (parts.length === 0) return null;
  if (parts.length > MANY) {
    const won = parts.flatMap((part) => part.won);
    const tested = parts.flatMap((part) => part.seen).length;
    return `than ${parts.length} others${casesText(won.length, tested)} (${timesRange(won)})`;
  }
  const groups = Map.groupBy(parts, ({ seen, won }) => casesText(won.length, seen.length));
  return listText(
    [...groups].map(([cases, group]) => {
      const names = listText(group.map(({ to, won }) => `${to} (${timesRange(won)})`));
      return `than ${names}${cases}`;
    }),
  );
}

function casesText(won: number, tested: number): string {
  if (tested === 1) return '';
  if (won === tested) return tested === 2 ? ' in both cases' : ` in all ${tested} cases`;
  return ` in ${won} of ${countText(tested, 'case')}`;
}

/** Is every difference that was tested settled as none (within the margin)? */
export function allEquivalent({ against }: Tally): boolean {
  return against.every(({ seen }) => seen.every((s) => s.verdict === 'equivalent'));
}
