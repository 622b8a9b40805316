import { canonicalJson } from './canonical-json.ts';
import type { ContractRequest, Expectation } from './contract.ts';
import { foreignText } from './foreign-text.ts';
import { valueAt } from './json-path.ts';

/** One answer as it came. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Values kept from earlier answers, by name. */
export type Saved = Readonly<Record<string, unknown>>;

/** What of an answer is not as the contract says. */
export interface Difference {
  readonly about: 'status' | 'empty-body' | 'content-type' | 'json' | 'value' | 'header';
  /** In words that follow "expected": `status 200`, `$.id to be 1`. */
  readonly expected: string;
  readonly got: string;
}

export interface Checked {
  /** Null: as the contract says. */
  readonly difference: Difference | null;
  /** The same in one line, `REQUEST: expected X, got Y`. */
  readonly mismatch: string | null;
  readonly saved: Saved;
}

const MAX_SHOWN = 300;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The request to send, with what was saved filled in. */
export function filledRequest(
  step: ContractRequest,
  saved: Saved,
): { method: string; path: string; body: string | null } {
  const [method = 'GET', path = '/'] = step.request.split(' ', 2);
  const body = step.json === undefined ? (step.body ?? null) : JSON.stringify(filled(step.json, saved));
  return { method, path: String(filled(path, saved)), body };
}

/** Compares an answer with what the contract expects; what it saves is kept first. */
export function checkAnswer(step: ContractRequest, answer: Answer, saved: Saved): Checked {
  const json = parsedJson(answer.body);
  const kept = Object.fromEntries(
    Object.entries(step.save ?? {}).map(([name, path]) => [name, json.ok ? valueAt(json.value, path) : undefined]),
  );
  const known = { ...saved, ...kept };
  const found =
    statusDifference(step.expect, answer) ??
    bodyDifference(step.expect, answer, json, known) ??
    headerDifference(step.expect, answer, known);
  const mismatch = found && `${sentRequest(step, saved)}: expected ${found.expected}, got ${found.got}`;
  return { difference: found, mismatch, saved: known };
}

/** The request line as it is sent. */
export const sentRequest = (step: ContractRequest, saved: Saved): string => String(filled(step.request, saved));

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false };

function parsedJson(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false };
  }
}

function statusDifference(expect: Expectation, answer: Answer): Difference | null {
  if (answer.status === expect.status) return null;
  const body = answer.body === '' ? '' : ` with the body ${shortened(answer.body)}`;
  return { about: 'status', expected: `status ${expect.status}`, got: `${answer.status}${body}` };
}

function bodyDifference(expect: Expectation, answer: Answer, json: Parsed, saved: Saved): Difference | null {
  if (expect.empty === true && answer.body !== '')
    return { about: 'empty-body', expected: 'an empty body', got: shortened(answer.body) };
  if (expect.json === undefined && expect.at === undefined) return null;
  const type = (answer.headers['content-type'] ?? 'nothing').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json')
    return { about: 'content-type', expected: 'content-type application/json', got: type };
  if (!json.ok) return { about: 'json', expected: 'JSON', got: shortened(answer.body) };
  if (expect.json !== undefined) {
    const different = difference(filled(expect.json, saved), json.value, '$');
    if (different !== null) return { about: 'value', ...different };
  }
  for (const [path, value] of Object.entries(expect.at ?? {})) {
    const different = difference(filled(value, saved), valueAt(json.value, path), path);
    if (different !== null) return { about: 'value', ...different };
  }
  return null;
}

function headerDifference(expect: Expectation, answer: Answer, saved: Saved): Difference | null {
  for (const [name, value] of Object.entries(expect.headers ?? {})) {
    const different = difference(filled(value, saved), answer.headers[name.toLowerCase()], `header ${name}`);
    if (different !== null) return { about: 'header', ...different };
  }
  return null;
}

type Unequal = Pick<Difference, 'expected' | 'got'>;

/** The first difference between two JSON values, in words; null: equal. Order of keys and white space do not count. */
function difference(expected: unknown, got: unknown, path: string): Unequal | null {
  if (typeof expected === 'string' && matchesPattern(expected, got) === true) return null;
  if (Array.isArray(expected) && Array.isArray(got) && expected.length === got.length) {
    return firstDifference(expected.map((value, i) => difference(value, got[i], `${path}[${i}]`)));
  }
  if (isObject(expected) && isObject(got)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
    return firstDifference(names.map((name) => difference(expected[name], got[name], `${path}.${name}`)));
  }
  if (canonicalJson(expected) === canonicalJson(got)) return null;
  return { expected: `${path} to be ${shortened(canonicalJson(expected))}`, got: shortened(canonicalJson(got)) };
}

const firstDifference = (found: readonly (Unequal | null)[]): Unequal | null =>
  found.find((each) => each !== null) ?? null;

/** Whether a value is of the named pattern; null: the text is no pattern. */
function matchesPattern(pattern: string, value: unknown): boolean | null {
  if (pattern === '<any>') return value !== undefined;
  if (pattern === '<integer>') return Number.isInteger(value);
  if (pattern === '<timestamp>') return typeof value === 'string' && TIMESTAMP.test(value);
  return null;
}

/** Fills in `{{name}}` anywhere in a JSON value; a text that is only a placeholder becomes the saved value with its type. */
function filled(value: unknown, saved: Saved): unknown {
  if (typeof value === 'string') {
    const whole = /^\{\{(\w+)\}\}$/.exec(value);
    if (whole?.[1] !== undefined) return saved[whole[1]];
    return value.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(saved[name]));
  }
  if (Array.isArray(value)) return value.map((each) => filled(each, saved));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, saved)]));
  return value;
}


function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortened(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return `${foreignText(text, MAX_SHOWN)}${text.length > MAX_SHOWN ? '…' : ''}`;
}
