import type { InputProblem } from '../../core/errors.ts';
import type { RequestList } from '../../core/request-list.ts';
import { parseRequestList } from '../../core/request-list-parse.ts';
import type { LoadOptions } from './load-options.ts';
import type { Reading } from './reading.ts';

const METHOD = /^[A-Z]{1,20}$/;
/** An object or a list, not a placeholder. A form or plain text begins otherwise. */
const JSON_BEGINS = /^\s*(?:\[|\{(?!\{))/;

/** The one request of a command line, as a list of one. Null: it has problems, which have been said. */
export function readSingleRequest(
  path: string,
  options: LoadOptions,
  headers: Readonly<Record<string, string>>,
  reading: Reading,
): RequestList | null {
  const body = options.data ?? options.body;
  if (options.data !== undefined && options.body !== undefined)
    reading.wrong('--data and --body', 'expected one of them, which mean the same, got both');
  const request = `${readMethod(options.method, body, reading)} ${path}`;
  const parsed = parseRequestList([{ request, headers: withType(headers, body), ...(body !== undefined && { body }) }]);
  if (parsed.ok) return parsed.list;
  for (const problem of parsed.problems) reading.wrong(optionOf(problem), problem.detail);
  return null;
}

/** Who sends a body means POST, as with curl. */
function readMethod(typed: string | undefined, body: string | undefined, reading: Reading): string {
  const fallback = body === undefined ? 'GET' : 'POST';
  const method = typed?.toUpperCase() ?? fallback;
  if (METHOD.test(method)) return method;
  reading.wrong('--method', `expected one like GET, got "${typed}"`);
  return fallback;
}

function withType(
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Readonly<Record<string, string>> {
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  if (body === undefined || hasType || !JSON_BEGINS.test(body)) return headers;
  return { ...headers, 'Content-Type': 'application/json' };
}

function optionOf({ pointer }: InputProblem): string {
  const header = /^\/0\/headers(?:\/(.*))?$/.exec(pointer);
  if (header) return header[1] === undefined ? '-H' : `-H ${header[1]}`;
  return pointer.startsWith('/0/body') ? '--data' : 'URL';
}
