import { countText, declaredText } from '../../core/number-text.ts';
import type { Metric } from '../../core/metric.ts';
import type { CellResult } from '../../core/results.ts';
import { cellAt, type Family, hasLevels, levelOf, placeText } from '../families.ts';
import type { Markup } from '../markup.ts';
import { METRIC_LOOKS } from '../value-text.ts';
import type { View } from '../view.ts';
import { barsSvg } from './bars.ts';
import { areDotsDrawn, datumOf, thinned } from './datum.ts';
import { figureMarkup, type LegendEntry, type Panel } from './figure.ts';
import { errorsText, extremesText, latencyText, throughputText } from './finding-text.ts';
import { type Lines, linesSvg, scaleOf } from './lines.ts';
import { rankedSvg } from './ranked.ts';
import { rankedCells, rankedRows } from './ranked-cells.ts';

/** Colours follow the order of the deployments in the spec, in every figure alike. */
export function legendOf(view: View, family: Family): LegendEntry[] {
  return family.deployments.map((deployment, colour) => ({ label: view.name(deployment), colour }));
}

const highestOf = (family: Family): number => family.levels.at(-1) ?? 0;
const atHighest = (family: Family): CellResult[] => family.cells.filter((cell) => levelOf(cell) === highestOf(family));

/** What intervals and dots are, and what is missing, for the cells shown. */
function readingNote(view: View, cells: readonly CellResult[]): string {
  const most = Math.max(0, ...cells.map((cell) => cell.n));
  if (most === 0) return '';
  if (most === 1) return 'One trial each (n = 1): no intervals.';
  const repetitions = `the ${countText(most, 'repetition')}`;
  return areDotsDrawn(dotsOf(view, cells))
    ? `Lines: 95 % intervals; dots: ${repetitions}.`
    : `Lines: 95 % intervals; ${repetitions} are not drawn, for there would be too many dots.`;
}

function dotsOf(view: View, cells: readonly CellResult[]): number {
  return cells.reduce((sum, cell) => sum + view.usable(cell).length, 0);
}

/** "Throughput, requests/s". */
function metricTitle(family: Family): string {
  const { head, unit } = METRIC_LOOKS[family.metric];
  return `${head}, ${unit}`;
}

/** "… and 100 users", "…, through stages of …". */
function modelsPlace(family: Family): string {
  const place = placeText(family, highestOf(family));
  return hasLevels(family) ? ` and ${place.replace(/^at /, '')}` : `, ${place}`;
}

/** Figure 1: throughput, or capacity, by workers at the highest load. */
export function workersFigure(view: View, family: Family): Markup {
  const cells = atHighest(family);
  const dots = dotsOf(view, cells);
  const series = family.deployments.map((deployment, colour) => ({
    colour,
    data: thinned(
      family.workers.map((workers) =>
        datumOf(view, cellAt(family, deployment, workers, highestOf(family)), family.metric),
      ),
      dots,
    ),
  }));
  const svg = barsSvg({
    groups: family.workers.map(String),
    groupName: 'workers',
    series,
  });
  return figureMarkup({
    id: `figure-1-${family.key}`,
    number: `Figure 1, ${family.short}`,
    title: `${METRIC_LOOKS[family.metric].head} by workers ${placeText(family, highestOf(family))}`,
    legend: legendOf(view, family),
    panels: [{ title: metricTitle(family), svg }],
    finding: throughputText(view, family, cells),
    notes: [readingNote(view, cells)],
  });
}

/** More panels would no longer be read. */
const MOST_WORKER_COUNTS = 3;

interface LineMetric {
  readonly metric: Metric;
  readonly title: string;
}

/** A panel for each worker count and metric; none where every value is hidden. */
function linePanels(view: View, family: Family, metrics: readonly LineMetric[]): Panel[] {
  const [fewest = 1] = family.workers;
  const shown = family.workers.length > MOST_WORKER_COUNTS ? [fewest, family.workers.at(-1) ?? fewest] : family.workers;
  const seriesOf = (workers: number, metric: Metric): Lines['series'] =>
    family.deployments.map((deployment, colour) => ({
      colour,
      data: family.levels.map((level) => datumOf(view, cellAt(family, deployment, workers, level), metric)),
    }));
  return shown.flatMap((workers) =>
    metrics.flatMap(({ metric, title }) => {
      const series = seriesOf(workers, metric);
      if (series.every((line) => line.data.every((datum) => datum.value === null))) return [];
      const all = shown.flatMap((count) => seriesOf(count, metric).flatMap((line) => line.data));
      const scale = scaleOf(all, metric !== 'error_rate');
      const levelName = family.levelHead.toLowerCase();
      const levels = hasLevels(family) ? family.levels.map(declaredText) : [family.short];
      const svg = linesSvg({ levels, levelName, series, scale });
      const unit = `${METRIC_LOOKS[metric].unit}${scale.log ? ' (logarithmic)' : ''}`;
      return [{ title: `${title}, ${unit}: ${countText(workers, 'worker')}`, svg }];
    }),
  );
}

/** Figure 2: mean and p95 latency by load. */
export function latencyFigure(view: View, family: Family): Markup {
  return figureMarkup({
    id: `figure-2-${family.key}`,
    number: `Figure 2, ${family.short}`,
    title: 'Latency by load',
    legend: legendOf(view, family),
    panels: linePanels(view, family, [
      { metric: 'latency_mean_ms', title: 'Mean latency' },
      { metric: 'latency_p95_ms', title: 'p95 latency' },
    ]),
    finding: latencyText(view, family),
  });
}

/** Figure 3: error rate by load. */
export function errorsFigure(view: View, family: Family): Markup {
  return figureMarkup({
    id: `figure-3-${family.key}`,
    number: `Figure 3, ${family.short}`,
    title: 'Error rate by load',
    legend: legendOf(view, family),
    panels: linePanels(view, family, [{ metric: 'error_rate', title: 'Failed requests' }]),
    finding: errorsText(view, family),
  });
}

/** Bars of one panel: more make a picture of many screens. */
const MOST_RANKED = 40;

function rankedPanel(view: View, cells: readonly CellResult[], family: Family, metric: Metric, title: string): Panel {
  const ranked = rankedCells(cells, metric).slice(0, MOST_RANKED);
  return { title, svg: rankedSvg(rankedRows(view, family, ranked, metric)) };
}

function rankedNotes(view: View, family: Family, cells: readonly CellResult[]): string[] {
  const note = readingNote(view, rankedCells(cells, family.metric).slice(0, MOST_RANKED));
  return cells.length <= MOST_RANKED
    ? [note]
    : [note, `The best ${MOST_RANKED} of ${countText(cells.length, 'cell')}.`];
}

/** Figure 4: deployment models at the highest worker count and load: throughput and p95. */
export function modelsFigure(view: View, family: Family): Markup {
  const workers = family.workers.at(-1) ?? 1;
  const cells = atHighest(family).filter((cell) => cell.workers === workers);
  return figureMarkup({
    id: `figure-4-${family.key}`,
    number: `Figure 4, ${family.short}`,
    title: `Deployment models at ${countText(workers, 'worker')}${modelsPlace(family)}`,
    legend: [],
    panels: [
      rankedPanel(view, cells, family, 'throughput_rps', 'Throughput, requests/s'),
      rankedPanel(view, cells, family, 'latency_p95_ms', 'p95 latency, ms (shorter is better)'),
    ],
    finding: `p95 latency: ${extremesText(view, cells, 'latency_p95_ms')}`,
    notes: rankedNotes(view, family, cells),
  });
}

/** Figure 5: throughput of all deployments and worker counts at the highest load. */
export function allFigure(view: View, family: Family): Markup {
  const cells = atHighest(family);
  return figureMarkup({
    id: `figure-5-${family.key}`,
    number: `Figure 5, ${family.short}`,
    title: `${METRIC_LOOKS[family.metric].head} of all ${placeText(family, highestOf(family))}`,
    legend: [],
    panels: [rankedPanel(view, cells, family, family.metric, metricTitle(family))],
    finding: throughputText(view, family, cells),
    notes: rankedNotes(view, family, cells),
  });
}
