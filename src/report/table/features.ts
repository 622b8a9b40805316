import type { TargetOffer } from '../../core/offer.ts';
import { type Markup, markup } from '../markup.ts';
import type { View } from '../view.ts';
import { NO_VALUE } from '../value-text.ts';
import { tableMarkup, textCell } from './table.ts';

/** "built_in_orm" → "Built-in ORM". */
function featureName(key: string): string {
  const known: Readonly<Record<string, string>> = {
    built_in_orm: 'Built-in ORM',
    automatic_api_documentation: 'Automatic API documentation',
  };
  const words = key.replaceAll('_', ' ');
  // A key is someone else's text: `constructor` is no entry of ours.
  return (Object.hasOwn(known, key) && known[key]) || words.charAt(0).toUpperCase() + words.slice(1);
}

/** Table 1: what the manifests of the targets that ran say of them, each statement with its source. */
export function featuresTable({ results }: View): Markup | null {
  const ran = new Set(results.cells.map((cell) => cell.target));
  const targets = results.targets.filter((offer) => ran.has(offer.target));
  const keys = [...new Set(targets.flatMap((offer) => Object.keys(offer.features)))];
  if (keys.length === 0) return null;
  return tableMarkup({
    id: 'table-1',
    number: 'Table 1',
    title: 'Features',
    columns: [{ head: 'Feature' }, ...targets.map((offer) => ({ head: offer.display_name }))],
    rows: keys.map((key) => ({
      head: featureName(key),
      cells: targets.map((offer) => textCell(featureMarkup(offer, key))),
    })),
    notes: ['Each statement links to the documentation that it was taken from.'],
  });
}

function featureMarkup(offer: TargetOffer, key: string): Markup | string {
  const feature = offer.features[key];
  if (feature === undefined) return NO_VALUE;
  return linked(feature.value, feature.source);
}

/** Only http links become links: a manifest is someone else's text. */
export function linked(text: string, source: string): Markup | string {
  return /^https?:\/\//i.test(source) ? markup`<a class="source" href="${source}" rel="noreferrer">${text}</a>` : text;
}
