import type { Results } from '../../core/results.ts';
import { baselineText } from '../baseline-text.ts';
import { type Markup, markup } from '../markup.ts';
import { gateTable } from '../table/gate.ts';

/** The spec's thresholds and what became of them; null: it has none. */
export function gateSection(results: Results): Markup | null {
  const { thresholds, verdict, baseline, partial } = results;
  if (thresholds.length === 0) return null;
  const standing = partial ? markup`<small>so far</small>` : markup`<span class="pill ${verdict}">${verdict}</span>`;
  return markup`<section id="gate"><h2>Gate ${standing}</h2>
${baseline !== null && markup`<p class="lead">${baselineText(baseline)}</p>`}
${gateTable(results)}</section>`;
}
