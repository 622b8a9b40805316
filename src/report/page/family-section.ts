import type { Family } from '../families.ts';
import { allFigure, errorsFigure, latencyFigure, modelsFigure, workersFigure } from '../figure/family-figures.ts';
import { type Markup, markup } from '../markup.ts';
import { byLoadTables, highestLoadTable } from '../table/cells.ts';
import { overLevelsTables, spreadOverLevelsTable } from '../table/over-levels.ts';
import { spreadTables } from '../table/spread.ts';
import type { View } from '../view.ts';

/** All tables and figures of one load family. */
export function familySection(view: View, family: Family): Markup {
  const isMeasured = family.cells.some((cell) => cell.n > 0);
  return markup`<section id="family-${family.key}"><h2>${family.title}</h2>
<p class="lead">${family.says}</p>
${highestLoadTable(view, family)}
${isMeasured && markup`<div class="charts">${workersFigure(view, family)}${allFigure(view, family)}</div>`}
${byLoadTables(view, family)}
${isMeasured && [latencyFigure(view, family), errorsFigure(view, family), modelsFigure(view, family)]}
${isMeasured && spreadTables(view, family)}
${isMeasured && family.kind === 'users' && family.levels.length > 1 && paperViews(view, family)}
</section>`;
}

function paperViews(view: View, family: Family): Markup {
  return markup`<h3>As the paper summarised it</h3>${overLevelsTables(view, family)}${spreadOverLevelsTable(view, family)}`;
}
