import { shortLoadWords } from '../../core/load-words.ts';
import { measuredText } from '../../core/number-text.ts';
import type { TrialRow } from '../../core/results.ts';
import { type Markup, markup } from '../markup.ts';
import { NO_VALUE, plainText } from '../value-text.ts';
import type { View } from '../view.ts';
import { type Column, numberCell, tableMarkup, textCell } from './table.ts';
import { thinRows } from './thin-rows.ts';

const number = 'number' as const;
const COLUMNS: readonly Column[] = [
  { head: '#', kind: number },
  { head: 'Deployment' },
  { head: 'Workers', kind: number },
  { head: 'Load' },
  { head: 'Block', kind: number },
  { head: 'State' },
  { head: 'Requests', kind: number },
  { head: 'Failed', kind: number },
  { head: 'Throughput', unit: 'requests/s', kind: number },
  { head: 'Mean', unit: 'ms', kind: number },
  { head: 'Median', unit: 'ms', kind: number },
  { head: 'p95', unit: 'ms', kind: number },
  { head: 'p99', unit: 'ms', kind: number },
  { head: 'Errors', unit: '%', kind: number },
  { head: 'CPU/request', unit: 'ms', kind: number },
  { head: 'Generator busy', unit: '%', kind: number },
  { head: 'Lag p99', unit: 'ms', kind: number },
];

/** Table A1: every trial, in the order in which they ran; of more than fit on a page a part. */
export function trialsTable(view: View): Markup | null {
  const all = view.results.trials;
  if (all.length === 0) return null;
  const { shown: trials, says } = thinRows(
    all,
    { kind: 'trial', source: 'the trials view of the results', telling: 'those that are not usable' },
    (trial) => !trial.usable,
  );
  return tableMarkup({
    id: 'table-a1',
    number: 'Table A1',
    title: `${says === null ? 'Every trial' : 'Trials'}, in the order in which they ran`,
    columns: COLUMNS,
    rows: trials.map((trial, i) => ({
      head: trial.position,
      invalid: !trial.usable,
      opens: i > 0 && trials[i - 1]?.block !== trial.block,
      cells: trialCells(view, trial),
    })),
    notes: [
      'Grey: not usable, and not in any other value. A block holds each cell once, in a seeded random order.',
      ...(says === null ? [] : [says]),
    ],
    long: true,
  });
}

function trialCells(view: View, trial: TrialRow): Markup[] {
  const state =
    trial.says === null
      ? trial.state
      : markup`<abbr title="${trial.says}">${trial.state}${trial.reason !== null && `: ${trial.reason}`}</abbr>`;
  return [
    textCell(view.name(trial.deployment)),
    numberCell(trial.workers),
    textCell(loadText(view, trial.cell)),
    numberCell(trial.run === 1 ? trial.block : `${trial.block} again`),
    textCell(trial.void === true ? markup`${state} <span class="pill invalid">void</span>` : state),
    numberCell(countOf(trial.requests)),
    numberCell(countOf(trial.failed)),
    numberCell(plainText('throughput_rps', trial.throughput_rps)),
    numberCell(plainText('latency_mean_ms', trial.latency_mean_ms)),
    numberCell(plainText('latency_p50_ms', trial.latency_p50_ms)),
    numberCell(plainText('latency_p95_ms', trial.latency_p95_ms)),
    numberCell(plainText('latency_p99_ms', trial.latency_p99_ms)),
    numberCell(plainText('error_rate', trial.error_rate)),
    numberCell(plainText('server_cpu_ms_per_request', trial.server_cpu_ms_per_request)),
    numberCell(trial.generator_busy === null ? '—' : (trial.generator_busy * 100).toFixed(0)),
    numberCell(trial.sched_lag_p99_ms === null ? '—' : measuredText(trial.sched_lag_p99_ms)),
  ];
}

function countOf(count: number | null): string {
  return count === null ? '—' : String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** The load of a cell for a narrow column. */
export function loadText(view: View, slug: string): string {
  const cell = view.cell(slug);
  return cell === undefined ? NO_VALUE : shortLoadWords(cell.load);
}
