import type { CapacityResult, LoadResult } from '../core/load-result.ts';
import { countText } from '../core/number-text.ts';
import { loneFindings } from '../core/validity/lone-run.ts';
import { capacityAnswer, limitsText } from './load/capacity-text.ts';
import { countLines, failureLines, requestsLine } from './load/count-lines.ts';
import { findingLines } from './load/finding-lines.ts';
import { latencyTable } from './load/latency-table.ts';
import { arrivalsText, modelText, rateUnit } from './load/model-text.ts';
import { probeTable } from './load/probe-table.ts';
import { requestTable } from './load/request-table.ts';
import { trustLine } from './load/trust-line.ts';
import { textWidth } from './terminal/width.ts';
import { printable, wrapText } from './terminal/wrap-text.ts';

const NO_INDENT = { first: '', rest: '' };

/** What `benchwright load` prints for people on a terminal of so many columns. The last line is the trust line. Pure. */
export function loadText(result: LoadResult, columns: number): string {
  const findings = loneFindings(result);
  const width = textWidth(columns);
  const { capacity } = result;
  const sections = [
    ...(capacity === undefined ? [[whatText(result), modelText(result)]] : searchSections(result, capacity, width)),
    ...(hasFigures(result) ? figures(result, width) : [[requestsLine(result), ...failureLines(result)]]),
    findingLines(findings, width),
    [trustLine(result, findings)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Of a search without an answer, what is left is its last step, above capacity: its latencies depend on the window. */
function hasFigures({ capacity }: LoadResult): boolean {
  return capacity?.rate_rps !== null;
}

function figures(result: LoadResult, width: number): readonly (readonly string[])[] {
  return [latencyTable(result), requestTable(result, width), countLines(result)];
}

function whatText({ request, url, by_request }: LoadResult): string {
  const what = by_request === undefined ? request : `${countText(by_request.length, 'request')} of a list`;
  return printable(`${what} on ${url}`);
}

/** What was looked for, how it went, what came of it, and of which step the figures are that follow. */
function searchSections(result: LoadResult, capacity: CapacityResult, width: number): readonly (readonly string[])[] {
  const wrapped = (text: string): readonly string[] => wrapText(text, width, NO_INDENT);
  const upTo = `up to ${countText(result.connections, 'connection')}`;
  const step = capacity.rate_rps === null ? 'The last step:' : 'At';
  return [
    [
      whatText(result),
      ...wrapped(`the highest rate with ${limitsText(capacity.limit)}, ${arrivalsText(result)}, ${upTo}`),
    ],
    probeTable(capacity, rateUnit(result), width),
    wrapped(capacityAnswer(capacity, rateUnit(result))),
    wrapped(`${step} ${modelText(result)}`),
  ];
}
