import type { Results } from '../core/results.ts';
import { type Markup, markup, trusted } from './markup.ts';
import { appendixSection, readingSection } from './page/appendix.ts';
import { familySection } from './page/family-section.ts';
import { findingsSection } from './page/findings.ts';
import { gateSection } from './page/gate-section.ts';
import { answerSection, keyFacts, pageHead } from './page/head.ts';
import { type Live, liveBar, liveScript } from './page/live.ts';
import { STYLE } from './page/style.ts';
import { printedCells } from './paper/printed-cells.ts';
import { timeText } from './duration.ts';
import { besidePaperTable } from './table/beside-paper.ts';
import { checklistTable } from './table/checklist.ts';
import { comparisonsTable } from './table/comparisons.ts';
import { failedTrialsTable } from './table/failed-trials.ts';
import { featuresTable } from './table/features.ts';
import { hostTable, softwareTable } from './table/host.ts';
import { trialsTable } from './table/trials.ts';
import { makeView, type View } from './view.ts';

export interface PageOptions {
  /** Set while the experiment runs: the page then follows it. */
  readonly live: Live | null;
  /** RFC 3339, UTC; null: the page does not say when it was made. */
  readonly generated_at: string | null;
}

/** The whole report as one HTML document that needs nothing else: no script to read it, no font, no picture. */
export function renderPage(results: Results, { live, generated_at }: PageOptions): string {
  const view = makeView(results);
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">
<title>${results.experiment.name} · Benchwright</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style></head>
<body>${live !== null && liveBar(results, live)}
<main class="wrap">
${pageHead(results)}
${answerSection(results)}
${keyFacts(results, generated_at)}
${contents(view)}
${gateSection(results)}
${view.families.map((family) => familySection(view, family))}
${besideSection(view)}
${comparisonsSection(view)}
${findingsSection(view)}
${setupSection(view)}
${readingSection(view)}
${appendixSection(results)}
<footer>${generated_at !== null && `Made ${timeText(generated_at)}. `}Intervals are 95 %, on this host and in this session; they say nothing of other hosts.</footer>
</main>${live !== null && liveScript()}</body></html>
`;
  return page.toString();
}

function contents(view: View): Markup {
  const links: [string, string][] = [
    ...(view.results.thresholds.length > 0 ? [['gate', 'Gate'] as [string, string]] : []),
    ...view.families.map(({ key, title }): [string, string] => [`family-${key}`, title]),
    ...(printedCells(view.results.cells).length > 0 ? [['beside', 'Beside the paper'] as [string, string]] : []),
    ['comparisons', 'Comparisons'],
    ['findings', 'Findings'],
    ['setup', 'Host, software, every trial'],
    ['again', 'Run it again'],
  ];
  return markup`<nav aria-label="Contents"><ul>${links.map(([id, label]) => markup`<li><a href="#${id}">${label}</a></li>`)}</ul></nav>`;
}

function besideSection(view: View): Markup | null {
  const printed = printedCells(view.results.cells);
  if (printed.length === 0) return null;
  return markup`<section id="beside"><h2>Beside the paper</h2>
<p class="lead">“A Comparative Analysis of FastAPI and Django Frameworks” (Joshi, Saroj, Ruchi; March 2026) printed these cells. Its numbers carry no intervals.</p>
${besidePaperTable(view, printed)}</section>`;
}

function comparisonsSection(view: View): Markup {
  return markup`<section id="comparisons"><h2>Comparisons</h2>${comparisonsTable(view) ?? markup`<p>None yet.</p>`}</section>`;
}

function setupSection(view: View): Markup {
  const besidePaper = printedCells(view.results.cells).length > 0;
  return markup`<section id="setup"><h2>Host, software, every trial</h2>
${featuresTable(view)}${hostTable(view, besidePaper)}${softwareTable(view)}${checklistTable(view)}${failedTrialsTable(view)}${trialsTable(view)}</section>`;
}
