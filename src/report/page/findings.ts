import { type Finding, type Severity, SEVERITIES } from '../../core/finding.ts';
import { countText } from '../../core/number-text.ts';
import { worstFirst } from '../../core/worst-findings.ts';
import { type Markup, markup } from '../markup.ts';
import { findingAnchor } from '../table/judgement.ts';
import type { View } from '../view.ts';

const SEVERITY_SAYS: Readonly<Record<Severity, string>> = {
  INVALID: 'the trial or cell is left out of every comparison',
  SUSPECT: 'the value stands, but read the reason first',
  NOTE: 'good to know',
};

/** Different sentences shown of one rule; the rest is in `results.json`. */
const MOST_SENTENCES = 12;

/** Every finding, grouped by rule, the gravest first. */
export function findingsSection(view: View): Markup {
  const findings = view.results.cells.flatMap((cell) => cell.findings);
  const rules = [...Map.groupBy(findings, (finding) => `${finding.severity} ${finding.rule}`).values()];
  const sorted = rules.sort((a, b) => rank(a) - rank(b) || b.length - a.length);
  return markup`<section id="findings"><h2>Findings</h2>
<p class="lead">What the validity rules say of cells and trials. ${SEVERITIES.map((severity) => markup`<span><span class="pill ${severity.toLowerCase()}">${severity.toLowerCase()}</span> ${SEVERITY_SAYS[severity]}.</span> `)}</p>
${sorted.length === 0 && markup`<p>None${view.results.partial ? ' yet' : ''}.</p>`}
${ruleList(view, sorted)}</section>`;
}

function rank(group: readonly Finding[]): number {
  return SEVERITIES.indexOf(group[0]?.severity ?? 'NOTE');
}

/** An anchor is given once, though a rule may stand under two severities. */
function ruleList(view: View, groups: readonly (readonly Finding[])[]): Markup[] {
  const anchored = new Set<string>();
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const anchor = anchored.has(first.rule) ? null : findingAnchor(first.rule);
    anchored.add(first.rule);
    return [ruleMarkup(view, group, first, anchor)];
  });
}

function ruleMarkup(view: View, group: readonly Finding[], first: Finding, anchor: string | null): Markup {
  const cells = new Set(group.map((finding) => finding.cell));
  const trials = group.filter((finding) => finding.trial !== null).length;
  const sentences = [...Map.groupBy(worstFirst(group), (finding) => finding.says)];
  const scope =
    trials === 0 ? countText(cells.size, 'cell') : `${countText(trials, 'trial')} of ${countText(cells.size, 'cell')}`;
  return markup`<details class="finding"${anchor !== null && markup` id="${anchor}"`}${first.severity !== 'NOTE' && markup` open`}>
<summary><span class="pill ${first.severity.toLowerCase()}">${first.severity.toLowerCase()}</span> <b>${first.rule}</b> <span class="muted">${scope}</span></summary>
<ul>${sentences.slice(0, MOST_SENTENCES).map(([says, found]) => markup`<li>${says} <span class="muted">${whereText(view, found)}</span></li>`)}${
    sentences.length > MOST_SENTENCES &&
    markup`<li class="muted">and ${sentences.length - MOST_SENTENCES} more, in results.json</li>`
  }</ul>
${first.remedy !== null && markup`<p class="remedy">${first.remedy}</p>`}</details>`;
}

/** Cells named before the rest is counted. */
const MOST_CELLS = 6;

function whereText(view: View, findings: readonly Finding[]): string {
  const all = view.results.cells.length;
  const slugs = [...new Set(findings.map((finding) => finding.cell))];
  if (slugs.length === all && all > 1) return `all ${all} cells`;
  const named = slugs.slice(0, MOST_CELLS).join(', ');
  return slugs.length > MOST_CELLS ? `${named} and ${slugs.length - MOST_CELLS} more` : named;
}
