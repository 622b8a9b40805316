import type { CellResult } from '../../core/results.ts';
import { SEVERITIES } from '../../core/finding.ts';
import { type Markup, markup } from '../markup.ts';
import { bottleneckSays, bottleneckText } from '../reasons.ts';
import { textCell } from './table.ts';

/** What bound the cell and whether it may be believed; the mark leads to its evidence. */
export function judgementCell(cell: CellResult): Markup {
  const bound = bottleneckText(cell);
  const says = bottleneckSays(cell);
  return textCell(
    markup`<span class="marks">${validityMark(cell)}${bound !== null && markup`<span class="bound" title="${says}">${bound}</span>`}${cell.validity === null && markup`<span class="bound">not measured yet</span>`}</span>`,
  );
}

/** Nothing for a valid cell: what is as it should be needs no mark; nor for one that no trial has been run of. */
function validityMark(cell: CellResult): Markup | null {
  if (cell.validity === null || cell.validity === 'valid') return null;
  const worst = SEVERITIES.map((severity) => cell.findings.find((f) => f.severity === severity)).find(
    (f) => f !== undefined,
  );
  const title = worst?.says ?? '';
  return markup`<a class="pill ${cell.validity}" href="#${worst === undefined ? 'findings' : findingAnchor(worst.rule)}" title="${title}">${cell.validity}</a>`;
}

export function findingAnchor(rule: string): string {
  return `finding-${rule.replaceAll(/[^a-z0-9-]/gi, '-')}`;
}
