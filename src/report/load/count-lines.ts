import { FAILURE_CLASSES, type FailureClass, type LoadResult } from '../../core/load-result.ts';
import { measuredText, numberText, percentText } from '../../core/number-text.ts';
import { failedOf, LABEL_WIDTH } from './latency-table.ts';
import { isOfIterations } from './model-text.ts';

const FAILURE_NAMES: Readonly<Record<FailureClass, string>> = {
  connect: 'not connected',
  reset: 'connection reset',
  timeout: 'timed out',
  http_4xx: 'answered 4xx',
  http_5xx: 'answered 5xx',
  contract: 'not the expected answer',
  protocol: 'not HTTP',
};
/** The lowest value of a histogram: no wait at all. */
const LEAST_MS = 0.001;

function line(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text;
}

/** What came of the requests: a line each, as far as there is something to say. */
export function countLines(result: LoadResult): string[] {
  return [
    line(
      'Throughput',
      `${numberText(result.throughput_rps)} ok requests/s, ${numberText(megabytesPerSecond(result))} MB/s`,
    ),
    requestsLine(result),
    ...openLines(result),
    ...failureLines(result),
    ...iterationLines(result),
  ];
}

export function requestsLine(result: LoadResult): string {
  const { requests, not_sent, ok, error_rate } = result;
  const failed = failedOf(result);
  const rate = error_rate === null ? '' : ` (${numberText(100 * error_rate)} %)`;
  const unsent = not_sent === 0 ? '' : `, ${numberText(not_sent)} not sent`;
  const planned = isOpen(result) ? ' planned' : '';
  return line(
    'Requests',
    `${numberText(requests)}${planned} in the window: ${numberText(ok)} ok, ${numberText(failed)} failed${rate}${unsent}`,
  );
}

export function failureLines({ failed, stale_connections }: LoadResult): string[] {
  const parts = FAILURE_CLASSES.filter((name) => failed[name] > 0).map(
    (name) => `${numberText(failed[name])} ${FAILURE_NAMES[name]}`,
  );
  const stale = `${numberText(stale_connections)} kept connections were closed by the server before an answer`;
  return [
    ...(parts.length === 0 ? [] : [line('Failed', parts.join(', '))]),
    ...(stale_connections === 0 ? [] : [line('Stale', stale)]),
  ];
}

function isOpen({ model }: LoadResult): boolean {
  return model === 'rate' || model === 'stages';
}

/** How much of the offer was answered while it was made (what waited longer shows that it was too much), and what it took of connections. */
function openLines(result: LoadResult): string[] {
  if (!isOpen(result)) return [];
  const {
    requests,
    answered_in_window: answered,
    connections,
    connections_opened: opened,
    conn_wait_ms: wait,
  } = result;
  const share = requests === 0 ? '' : ` (${percentText(answered / requests)})`;
  const lines = [line('Answered', `${numberText(answered)} of ${numberText(requests)} planned in the window${share}`)];
  if (opened === undefined) return lines;
  const most = opened >= connections ? 'all that there may be' : `of ${numberText(connections)} that there may be`;
  return [...lines, line('Connections', `${numberText(opened)} open at most, ${most}; ${waitText(wait)}`)];
}

function waitText({ p99, max }: LoadResult['conn_wait_ms']): string {
  if (p99 === null || max === null || max <= LEAST_MS) return 'no request waited for one';
  return `requests waited for one: p99 ${measuredText(p99)} ms, max ${measuredText(max)} ms`;
}

function iterationLines(result: LoadResult): string[] {
  const { iterations } = result;
  if (iterations === undefined || !isOfIterations(result)) return [];
  const { begun, completed, broken } = iterations;
  const text = `${numberText(begun)} begun in the whole run, ${numberText(completed)} completed, ${numberText(broken)} broken off`;
  return [line('Iterations', text)];
}

function megabytesPerSecond({ bytes, duration_s }: LoadResult): number {
  return duration_s > 0 ? bytes / duration_s / 1e6 : 0;
}
