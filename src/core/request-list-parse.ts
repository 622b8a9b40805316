import { type Bounded, parseBounded } from './bounded-parse.ts';
import type { InputProblem } from './errors.ts';
import {
  itemProblems,
  MAX_ITEMS,
  requestItemSchema,
  type RequestList,
  sequenceItemSchema,
  stepSchema,
} from './request-list.ts';
import { MAX_PROBLEMS, pointerOf, shown } from './spec-problems.ts';

type Item = RequestList[number];

export type ParsedRequestList =
  | { readonly ok: true; readonly list: RequestList }
  /** The first `MAX_PROBLEMS`. */
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/**
 * Parses a request list from decoded JSON or YAML, with the problems of all entries at once: what one of them misspells does not
 * hide the unknown placeholder of another. Zod by itself says of an entry only that it is neither a request nor a sequence.
 */
export function parseRequestList(value: unknown, at: readonly PropertyKey[] = []): ParsedRequestList {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ITEMS) {
    const got = Array.isArray(value) ? `${value.length} entries` : shown(value);
    const detail = `expected a list of 1 to ${MAX_ITEMS} requests and sequences, got ${got}`;
    return { ok: false, problems: [{ pointer: pointerOf(at), detail }] };
  }
  const list: RequestList = [];
  const problems: InputProblem[] = [];
  for (const [i, entry] of value.entries()) {
    const path = [...at, i];
    const parsed = parseItem(entry, path);
    if (!parsed.ok) problems.push(...parsed.problems);
    else {
      list.push(parsed.data);
      problems.push(...itemProblems(parsed.data, pointerOf(path)));
    }
    if (problems.length >= MAX_PROBLEMS) break;
  }
  return problems.length === 0 ? { ok: true, list } : { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
}

const STEP_KEYS = Object.keys(stepSchema.shape);

/** An entry with the key `sequence` is meant as one. */
function parseItem(entry: unknown, path: readonly PropertyKey[]): Bounded<Item> {
  const isSequence = typeof entry === 'object' && entry !== null && Object.hasOwn(entry, 'sequence');
  const schema = isSequence ? sequenceItemSchema : requestItemSchema;
  const keys = Object.keys(schema.shape);
  return parseBounded(schema, entry, path, (inner) => (inner.length === path.length ? keys : STEP_KEYS));
}
