import type { AuditReport, AuditRow } from '../../core/audit/audit-report.ts';
import { figure, span } from '../../core/audit/wording.ts';
import type { Paint } from '../terminal/paint.ts';
import { printable, wrapText } from '../terminal/wrap-text.ts';
import { axis, strip } from './strip.ts';
import type { Scale } from './strip.ts';

/** Narrower than this a strip shows nothing that its number does not. */
const NARROWEST_STRIP = 12;
const WIDEST_STRIP = 31;
const LONGEST_NAME = 24;
/** On a terminal of 80 columns the strip says more than the requests in flight. */
const ROOM_FOR_IN_FLIGHT = 92;

type Column = readonly [head: string, width: number, value: (row: AuditRow) => string];

function columnsFor(rows: readonly AuditRow[], width: number): readonly Column[] {
  const longest = Math.max(10, ...rows.map((row) => printable(row.deployment).length));
  const inFlight: Column = ['in flight', 11, (row) => row.in_flight.toFixed(2)];
  return [
    ['deployment', -Math.min(LONGEST_NAME, longest), (row) => printable(row.deployment)],
    ['workers', 9, (row) => (row.workers === null ? '?' : String(row.workers))],
    ['users', 7, (row) => String(row.users)],
    ['req/s', 9, (row) => row.throughput_rps.toFixed(2)],
    ['mean ms', 9, (row) => row.latency_mean_ms.toFixed(2)],
    ...(width < ROOM_FOR_IN_FLIGHT ? [] : [inFlight]),
    ['pause s', 9, (row) => row.think_time_implied_s.toFixed(2)],
  ];
}

function pad(text: string, width: number): string {
  return width < 0 ? text.slice(0, -width).padEnd(-width) : text.padStart(width);
}

/** The printed cells with the pause that each implies, drawn against the declared one where the width allows. */
export function rowsText(report: AuditReport, width: number, paint: Paint): readonly string[] {
  const { rows, declared_think_time_s: declared } = report;
  if (rows.length === 0) return [];
  const columns = columnsFor(rows, width);
  const used = 2 + columns.reduce((sum, [, w]) => sum + Math.abs(w), 0) + 4;
  const room = Math.min(WIDEST_STRIP, width - used);
  const longest = Math.max(declared?.max ?? 0, ...rows.map((row) => row.think_time_at_most_s));
  const scale: Scale | null =
    declared === null || room < NARROWEST_STRIP || longest <= 0 ? null : { max: Math.ceil(longest), columns: room };
  const head = columns.map(([name, w]) => pad(name, w)).join('');
  const lines = rows.map((row) => {
    const text = columns.map(([, w, value]) => pad(value(row), w)).join('');
    const mark = row.contradicts_design === null ? ' ' : row.contradicts_design ? '✗' : '✓';
    const tail = scale === null || declared === null ? '' : ` ${strip(row, declared, scale)}`;
    return `  ${text} ${paint(row.contradicts_design === true ? 'red' : 'green', `${mark}${tail}`)}`;
  });
  return [
    ...wrapText(heading(report), width, { first: '', rest: '' }).map((line) => paint('bold', line)),
    '',
    paint('dim', `  ${head}   ${scale === null ? '' : axis(scale)}`.trimEnd()),
    ...lines,
    ...(scale === null
      ? []
      : ['', ...wrapText(LEGEND, width, { first: '  ', rest: '  ' }).map((l) => paint('dim', l))]),
    '',
  ];
}

const LEGEND = '● implied (users ÷ req/s − mean latency) · ─ left open by ramp, rounding, failures · ░ declared';

function heading({ declared_think_time_s: declared }: AuditReport): string {
  if (declared === null) return 'What the rows imply: the pause of each user between an answer and the next request';
  const range = declared.min === declared.max ? figure(declared.min) : span(declared.min, declared.max);
  return `Declared: each user pauses ${range} s between requests. Implied by the rows:`;
}
