import { type Family, hasLevels } from '../families.ts';
import { allFigure, errorsFigure, latencyFigure, modelsFigure, workersFigure } from '../figure/family-figures.ts';
import { type Markup, markup } from '../markup.ts';
import { byLoadTables, highestLoadTable } from '../table/cells.ts';
import { byRequestTable } from '../table/by-request.ts';
import { overLevelsTables, spreadOverLevelsTable } from '../table/over-levels.ts';
import { spreadTables } from '../table/spread.ts';
import type { View } from '../view.ts';

/** All tables and figures of one load family. What a search has besides its capacity is of another rate in each cell: no figure puts it side by side. */
export function familySection(view: View, family: Family): Markup {
  const isMeasured = family.cells.some((cell) => cell.n > 0);
  const isSearch = family.metric === 'capacity_rps';
  return markup`<section id="family-${family.key}"><h2>${family.title}</h2>
<p class="lead">${family.says}</p>
${highestLoadTable(view, family)}
${isMeasured && markup`<div class="charts">${workersFigure(view, family)}${allFigure(view, family)}</div>`}
${byRequestTable(view, family)}
${hasLevels(family) && byLoadTables(view, family)}
${isMeasured && !isSearch && [latencyFigure(view, family), errorsFigure(view, family), modelsFigure(view, family)]}
${isMeasured && spreadTables(view, family)}
${isMeasured && family.kind === 'users' && family.levels.length > 1 && paperViews(view, family)}
</section>`;
}

function paperViews(view: View, family: Family): Markup {
  return markup`<h3>As the paper summarised it</h3>${overLevelsTables(view, family)}${spreadOverLevelsTable(view, family)}`;
}
