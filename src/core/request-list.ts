import { z } from 'zod';
import { unionBy } from './bounded-parse.ts';
import type { InputProblem } from './errors.ts';
import type { PlanItem, PlannedRequest } from './load-plan.ts';
import { shown, suggestion } from './spec-problems.ts';
import { isOwnValue, NAME_PATTERN, OWN_VALUES, parseTemplate, savedNames } from './template-text.ts';

/**
 * What a load consists of, as a spec's `workload` or the file of `benchwright load --requests` lists it: requests with weights,
 * and sequences whose steps carry values on. Pure.
 */

/** More differ in nothing that a table could still show; each has histograms of its own. */
export const MAX_ITEMS = 32;
export const MAX_STEPS = 32;
const MAX_WEIGHT = 1_000_000;
const MAX_BODY_CHARS = 65_536;
const MAX_HEADERS = 32;

/** RFC 9112 §3: of a path only printable ASCII can be sent; the line is written byte by byte, in which others would be cut to theirs. */
const REQUEST = /^[A-Z]{1,20} \/[\x21\x22\x24-\x7e]*$/;
/** Longer paths are not spelled out in an error. */
const MAX_HINTED_CHARS = 200;
/** RFC 9110 §5.6.2 and §5.5: a field's name, and what may stand in its value. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,4000}$/;
const JSON_PATH = /^\$(?:\.\w+|\[\d+\])*$/;
/** What a request line should be; of a path that cannot be sent as it stands, how it would be written. */
function requestForm(input: unknown): string {
  const path = /^[A-Z]{1,20} (\/[^#]*)$/.exec(typeof input === 'string' ? input.toWellFormed() : '')?.[1];
  if (path === undefined || path.length > MAX_HINTED_CHARS) return '`METHOD /path`';
  const encoded = path.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
  return `\`METHOD /path\` with other characters than ASCII percent-encoded: \`${encoded}\` for \`${path}\``;
}

/**
 * Headers that are not the user's, and why. Those of framing say where a message ends: a wrong one would have every later answer counted
 * as that of another request.
 */
const NOT_YOURS: ReadonlyMap<string, string> = new Map([
  ['content-length', 'the engine writes this header itself'],
  ['transfer-encoding', 'the engine writes this header itself'],
  ['expect', 'the engine sends a body at once: it does not wait for an answer 100'],
  ['upgrade', 'the engine does not change to another protocol'],
  [
    'keep-alive',
    'the engine keeps its connections whatever is said here; `Connection: close` asks for a new one each time',
  ],
]);
const CONNECTION_OPTION = /^(?:close|keep-alive)$/i;

const status = z.int().min(200).max(599);
const statuses = z.array(status).min(1).max(20);
const headers = z.record(
  z.string().regex(HEADER_NAME, 'the name of a header'),
  z.string().regex(HEADER_VALUE, 'a header value of one line, of characters up to U+00FF'),
);
const requestKeys = {
  /** `METHOD /path`, with placeholders. */
  request: z
    .string()
    .max(2000)
    .regex(REQUEST, { error: ({ input }) => requestForm(input) }),
  /** JSON, sent as such; a text is sent as it stands. Any JSON, as OpenAPI says it: the schema itself has no end. */
  body: z
    .json()
    .meta({ type: ['object', 'array', 'string', 'number', 'boolean'] })
    .optional(),
  headers: headers.refine((all) => Object.keys(all).length <= MAX_HEADERS, `at most ${MAX_HEADERS} headers`).optional(),
  /** What counts as success; without it what the target's contract says, else any from 200 to 399. */
  status: unionBy([status, statuses], (value) => (Array.isArray(value) ? statuses : status)).optional(),
};
const weight = z.number().gt(0).max(MAX_WEIGHT).default(1);

export const stepSchema = z.strictObject({
  ...requestKeys,
  /** Values of the JSON answer for later steps: name → `$.id`. */
  save: z
    .record(
      z.string().regex(NAME_PATTERN, 'a name of lower-case letters, digits and _'),
      z.string().max(200).regex(JSON_PATH, 'a path like $.id or $[0].id'),
    )
    .optional(),
});
export type RequestStep = z.output<typeof stepSchema>;

export const requestItemSchema = z.strictObject({ ...requestKeys, weight });
export const sequenceItemSchema = z.strictObject({ sequence: z.array(stepSchema).min(1).max(MAX_STEPS), weight });

function itemSchemaOf(item: unknown): typeof requestItemSchema | typeof sequenceItemSchema {
  return typeof item === 'object' && item !== null && 'sequence' in item ? sequenceItemSchema : requestItemSchema;
}

/** The keys that an entry of the list may have, by the entry as it came. */
export function itemKeys(item: unknown): readonly string[] {
  return Object.keys(itemSchemaOf(item).shape);
}

export const requestListSchema = z
  .array(unionBy([requestItemSchema, sequenceItemSchema], itemSchemaOf))
  .min(1)
  .max(MAX_ITEMS)
  .meta({
    description:
      'Weighted requests, and sequences whose steps carry saved values on. Placeholders: {{seq}}, {{user}}, {{uuid}}, {{random:1-100}}, and what an earlier step of the sequence saved.',
  });
export type RequestList = z.output<typeof requestListSchema>;

export function stepsOf(item: RequestList[number]): readonly RequestStep[] {
  return 'sequence' in item ? item.sequence : [item];
}

/** Some iteration is several requests. */
export function hasSequence(list: RequestList): boolean {
  return list.some((item) => stepsOf(item).length > 1);
}

/** Placeholders that nobody fills, bodies that are too long, names that hide the engine's own; `at` is the list's own pointer. */
export function requestListProblems(list: RequestList, at: string): InputProblem[] {
  return list.flatMap((item, i) => itemProblems(item, `${at}/${i}`));
}

/** The same of one entry; `at` is its own pointer. */
export function itemProblems(item: RequestList[number], at: string): InputProblem[] {
  const known = new Set<string>();
  return stepsOf(item).flatMap((step, j) => {
    const pointer = 'sequence' in item ? `${at}/sequence/${j}` : at;
    const problems = stepProblems(step, known, pointer);
    for (const name of Object.keys(step.save ?? {})) known.add(name);
    return problems;
  });
}

function stepProblems(step: RequestStep, known: ReadonlySet<string>, pointer: string): InputProblem[] {
  const texts: [string, string][] = [
    [`${pointer}/request`, step.request],
    ...Object.entries(step.headers ?? {}).map(([name, text]): [string, string] => [`${pointer}/headers/${name}`, text]),
    ...stringsOf(step.body, `${pointer}/body`),
  ];
  const problems = texts.flatMap(([where, text]) => templateProblems(text, known, where));
  for (const [name, value] of Object.entries(step.headers ?? {})) {
    const detail = headerProblem(name.toLowerCase(), value);
    if (detail !== null) problems.push({ pointer: `${pointer}/headers/${name}`, detail });
  }
  for (const name of Object.keys(step.save ?? {})) {
    if (isOwnValue(name))
      problems.push({
        pointer: `${pointer}/save/${name}`,
        detail: `{{${name}}} is the engine's own: choose another name`,
      });
  }
  const body = bodyText(step.body);
  if (body !== null && body.length > MAX_BODY_CHARS)
    problems.push({
      pointer: `${pointer}/body`,
      detail: `expected at most ${MAX_BODY_CHARS} characters, got ${body.length}`,
    });
  return problems;
}

function headerProblem(name: string, value: string): string | null {
  if (name === 'connection' && !CONNECTION_OPTION.test(value))
    return `expected close or keep-alive, got ${shown(value)}`;
  return NOT_YOURS.get(name) ?? null;
}

function templateProblems(text: string, known: ReadonlySet<string>, pointer: string): InputProblem[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return [{ pointer, detail: parsed.problem }];
  const unknown = savedNames(text).filter((name) => !known.has(name));
  return [...new Set(unknown)].map((name) => ({
    pointer,
    detail: `{{${name}}} is not set: no earlier step of the sequence saves it${suggestion(name, [...known, ...Object.keys(OWN_VALUES)])}`,
  }));
}

/** The strings in a JSON value, with their pointers. Names of members are no templates. */
function stringsOf(value: unknown, pointer: string): [string, string][] {
  if (typeof value === 'string') return [[pointer, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => stringsOf(inner, `${pointer}/${key}`));
}

function bodyText(body: RequestStep['body']): string | null {
  if (body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Any status that is neither an error nor interim. */
export const ANY_SUCCESS: readonly number[] = Array.from({ length: 200 }, (_, i) => 200 + i);

/**
 * The list as the engine's plan has it. `expectOf` says what success is where a step does not.
 * The list must be without problems.
 */
export function planItems(
  list: RequestList,
  expectOf: (step: RequestStep) => PlannedRequest['expect'],
  extraHeaders: Readonly<Record<string, string>> = {},
): PlanItem[] {
  return list.map((item) => ({
    weight: item.weight,
    steps: stepsOf(item).map((step) => plannedStep(step, expectOf(step), extraHeaders)),
  }));
}

function plannedStep(
  step: RequestStep,
  expect: PlannedRequest['expect'],
  extraHeaders: Readonly<Record<string, string>>,
): PlannedRequest {
  const space = step.request.indexOf(' ');
  const isJson = step.body !== undefined && typeof step.body !== 'string';
  const given = { ...extraHeaders, ...step.headers };
  const hasType = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  return {
    name: step.request,
    method: step.request.slice(0, space),
    path: step.request.slice(space + 1),
    headers: isJson && !hasType ? { ...given, 'Content-Type': 'application/json' } : given,
    body: bodyText(step.body),
    body_is_json: isJson,
    ...(step.save !== undefined && { save: step.save }),
    expect: step.status === undefined ? expect : { ...expect, statuses: [step.status].flat() },
  };
}
