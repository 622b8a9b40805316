import { countText, measuredText } from '../core/number-text.ts';
import type { CellResult, Results } from '../core/results.ts';
import { durationText } from './duration.ts';
import { type Family, levelOf, placeText } from './families.ts';
import { SERIES_COLOURS } from './figure/palette.ts';
import { rankedSvg } from './figure/ranked.ts';
import { rankedCells, rankedRows } from './figure/ranked-cells.ts';
import { markup, trusted } from './markup.ts';
import { METRIC_LOOKS } from './value-text.ts';
import { makeView, type View } from './view.ts';

const WIDTH = 1040;
const MARGIN = 28;
const PANEL = 480;
const TOP = 118;
const BOTTOM = 46;

/**
 * A picture of a report for a README: throughput (of a search: capacity) and latency of every deployment and worker count at one load of the capacity
 * family, with intervals and repetitions. It has a ground of its own and follows the reader's light or dark.
 */
export function renderReadmeSvg(results: Results): string {
  const view = makeView(results);
  const family = view.families.find(({ kind }) => kind === 'connections') ?? view.families[0];
  if (family === undefined) throw new RangeError('results without cells have no picture');
  const level = clearestLevel(family);
  const cells = rankedCells(
    family.cells.filter((cell) => levelOf(cell) === level),
    family.metric,
  );
  const throughput = rankedSvg(rankedRows(view, family, cells, family.metric));
  const shown = clearestLatency(cells);
  const latency = rankedSvg(rankedRows(view, family, cells, shown.metric));
  const panelHeight = Number(/ height="(\d+)"/.exec(throughput)?.[1] ?? 0);
  const height = TOP + panelHeight + BOTTOM;
  const right = MARGIN + PANEL + 24;
  const title = `${results.experiment.name}, ${placeText(family, level)}`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title says">
<title id="title">${title}</title><desc id="says">${descriptionOf(view, family, cells, shown)}</desc>
<style>${trusted(STYLE)}</style>
<rect x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="10" fill="var(--ground)" stroke="var(--line)"/>
<text x="${MARGIN}" y="44" class="title">${fitted(title, 76)}</text>
<text x="${MARGIN}" y="68" class="muted">${fitted(subtitleOf(results), 130)}</text>
<text x="${MARGIN}" y="${TOP - 14}" class="head">${METRIC_LOOKS[family.metric].head}, requests/s</text>
<text x="${right}" y="${TOP - 14}" class="head">${shown.name} latency, ms (shorter is better)</text>
${placed(throughput, MARGIN)}${placed(latency, right)}
<text x="${MARGIN}" y="${height - 20}" class="muted">Bars: geometric mean over ${countText(Math.max(0, ...cells.map((cell) => cell.n)), 'repetition')}; lines: 95 % interval; dots: repetitions, each on a fresh server, in random order.</text>
</svg>
`.toString();
}

type Latency = (typeof LATENCIES)[number];
const LATENCIES = [
  { metric: 'latency_p95_ms', name: 'p95' },
  { metric: 'latency_p90_ms', name: 'p90' },
  { metric: 'latency_p50_ms', name: 'Median' },
] as const;

/** The highest percentile that every cell vouches for; short windows hide the higher ones. */
function clearestLatency(cells: readonly CellResult[]): Latency {
  return (
    LATENCIES.find(({ metric }) =>
      cells.every((cell) => cell[metric].value !== null || cell.throughput_rps.value === null),
    ) ?? LATENCIES[2]
  );
}

/** The level with most cells that may be believed; of several, the highest. */
function clearestLevel(family: Family): number {
  const valid = (level: number): number =>
    family.cells.filter((cell) => levelOf(cell) === level && cell.validity === 'valid').length;
  return family.levels.reduce((best, level) => (valid(level) >= valid(best) ? level : best), family.levels[0] ?? 0);
}

function subtitleOf({ host, experiment }: Results): string {
  const { window_s, repetitions } = experiment.spec;
  const measured =
    typeof window_s === 'number' && typeof repetitions === 'number'
      ? [`${countText(repetitions, 'window')} of ${durationText(window_s)}`]
      : [];
  const machine = host === null ? [] : [host.fingerprint.cpu_model, countText(host.fingerprint.cores, 'core')];
  return [...machine, ...measured, 'generator on the same machine'].join(' · ');
}

function descriptionOf(view: View, family: Family, cells: readonly CellResult[], shown: Latency): string {
  return cells
    .map((cell) => {
      const { [family.metric]: rate, [shown.metric]: latency } = cell;
      const values =
        rate.value === null
          ? 'no value'
          : `${measuredText(rate.value)} requests/s, ${shown.name} ${latency.value === null ? 'hidden' : `${measuredText(latency.value)} ms`}`;
      return `${view.name(cell.deployment)}, ${countText(cell.workers, 'worker')}: ${values}.`;
    })
    .join(' ');
}

function placed(svg: string, x: number) {
  return trusted(svg.replace('<svg ', `<svg x="${x}" y="${TOP}" `));
}

function fitted(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

const series = (mode: 'light' | 'dark'): string =>
  SERIES_COLOURS.map((colour, i) => `--series-${i}:${colour[mode]}`).join(';');

const STYLE = [
  `svg{--ground:#fff;--ink:#1a1e24;--muted:#5a6472;--line:#e1e5ea;${series('light')};font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}`,
  `@media(prefers-color-scheme:dark){svg{--ground:#11151a;--ink:#e4e8ed;--muted:#98a3b1;--line:#2a313a;${series('dark')}}}`,
  '.title{font-size:22px;font-weight:600;fill:var(--ink)}.head{font-size:14px;font-weight:600;fill:var(--ink)}.muted{font-size:13px;fill:var(--muted)}',
].join('');
