import { z } from 'zod';
import type { InputProblem } from './errors.ts';
import { type KnownKeys, MAX_PROBLEMS, problemsOf } from './spec-problems.ts';

/**
 * Zod names every problem of a value: of a list of `{}`, which takes three bytes an entry, one for each key of each entry, half
 * a kilobyte apiece. Here a value from outside is read piece by piece, and no further than the problems that are told.
 */

export type Bounded<T> =
  | { readonly ok: true; readonly data: T }
  /** At most a piece's more than `MAX_PROBLEMS`; so many: there may be others. */
  | { readonly ok: false; readonly problems: InputProblem[] };

/** Parses a value with the schema; problems are named at `at` and below. */
export function parseBounded<S extends z.ZodType>(
  schema: S,
  value: unknown,
  at: readonly PropertyKey[] = [],
  knownKeys: KnownKeys = [],
): Bounded<z.output<S>> {
  if (isSplit(schema)) {
    const known = typeof knownKeys === 'function' ? knownKeys : ofOutermost(knownKeys, at.length);
    const problems: InputProblem[] = [];
    collect(schema, value, at, (error, piece, path) => {
      problems.push(...problemsOf(error, piece, path, known));
      return problems.length < MAX_PROBLEMS;
    });
    if (problems.length > 0) return { ok: false, problems };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, data: parsed.data };
  return { ok: false, problems: problemsOf(parsed.error, value, at, knownKeys) };
}

/** A record of at most so many keys, which are counted before any is looked at. */
export function boundedRecord<K extends z.ZodString, V extends z.ZodType>(key: K, value: V, most: number) {
  return z
    .record(key, value)
    .refine((record) => Object.keys(record).length <= most, `expected at most ${most} keys`)
    .meta({ maxProperties: most });
}

const choosers = new WeakMap<z.ZodType, (value: unknown) => z.ZodType>();

/**
 * A union of which a value's own looks tell the option that it is meant as: the problems that are told are those with that option,
 * where Zod would say that the value is none of them. `choose` may answer a schema that is no option, whose problems then say what is
 * wrong. Descriptions belong to what holds the union: with one of its own it would be another union, without a chooser.
 */
export function unionBy<const T extends readonly z.ZodType[]>(
  options: T,
  choose: (value: unknown) => z.ZodType,
): z.ZodUnion<T> {
  const union = z.union(options);
  choosers.set(union, choose);
  return union;
}

function ofOutermost(keys: readonly string[], depth: number): KnownKeys {
  return (path) => (path.length === depth ? keys : []);
}

/** Takes the problems of one piece; false: enough. */
type Take = (error: z.ZodError, piece: unknown, path: readonly PropertyKey[]) => boolean;

/** Hands the problems of each piece on; false when they were enough. */
function collect(schema: z.ZodType, value: unknown, path: readonly PropertyKey[], take: Take): boolean {
  const bare = present(schema, value);
  const choose = choosers.get(bare);
  if (choose !== undefined) return collect(choose(value), value, path, take);
  if (bare instanceof z.ZodObject && isSplit(bare) && isObject(value)) return ofObject(bare, value, path, take);
  if (bare instanceof z.ZodArray && isSplit(bare) && Array.isArray(value)) return ofList(bare, value, path, take);
  if (bare instanceof z.ZodRecord && isObject(value)) return ofRecord(bare, value, path, take);
  return ofPiece(schema, value, path, take);
}

function ofPiece(schema: z.ZodType, value: unknown, path: readonly PropertyKey[], take: Take): boolean {
  const parsed = schema.safeParse(value);
  return parsed.success || take(parsed.error, value, path);
}

function ofObject(
  schema: z.ZodObject,
  value: Record<string, unknown>,
  path: readonly PropertyKey[],
  take: Take,
): boolean {
  const { surface, inner } = partsOf(schema);
  if (!ofPiece(surface, value, path, take)) return false;
  return inner.every(([key, of]) =>
    collect(of, Object.hasOwn(value, key) ? value[key] : undefined, [...path, key], take),
  );
}

function ofList(schema: z.ZodArray, value: readonly unknown[], path: readonly PropertyKey[], take: Take): boolean {
  const sized = listOfAnything(schema).safeParse(value);
  // The entries of a list that is too long are not looked at.
  if (!sized.success) return take(sized.error, value, path);
  for (const [i, entry] of value.entries()) {
    if (!collect(schema.element as z.ZodType, entry, [...path, i], take)) return false;
  }
  return true;
}

function ofRecord(
  schema: z.ZodRecord,
  value: Record<string, unknown>,
  path: readonly PropertyKey[],
  take: Take,
): boolean {
  const entries = Object.entries(value);
  const most = schema.meta()?.['maxProperties'];
  if (typeof most === 'number' && entries.length > most) {
    const message = `expected at most ${most} keys`;
    return take(new z.ZodError([{ code: 'custom', path: [], message, input: value }]), value, path);
  }
  return entries.every(([key, entry]) => ofPiece(schema, Object.fromEntries([[key, entry]]), path, take));
}

const lists = new WeakMap<z.ZodArray, z.ZodArray>();

/** The list with its bounds, of whatever entries. */
function listOfAnything(schema: z.ZodArray): z.ZodArray {
  const known = lists.get(schema);
  if (known) return known;
  const made = z.core.clone(schema, { ...schema.def, element: z.unknown() });
  lists.set(schema, made);
  return made;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema below `nullable`, `optional` and `default`, for a value that is there. */
function present(schema: z.ZodType, value: unknown): z.ZodType {
  if (value === undefined || value === null) return schema;
  return schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? present(schema.unwrap() as z.ZodType, value)
    : schema;
}

const split = new WeakMap<z.ZodType, boolean>();

/** Whether a value may have more problems than its schema has words: it has lists of objects, records, or a union with a chooser. */
function isSplit(schema: z.ZodType): boolean {
  const known = split.get(schema);
  if (known !== undefined) return known;
  const found = isSplitAnew(schema);
  split.set(schema, found);
  return found;
}

function isSplitAnew(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return isSplit(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodRecord || choosers.has(schema)) return true;
  if (schema instanceof z.ZodObject) return Object.values(schema.shape).some((of) => isSplit(of as z.ZodType));
  if (!(schema instanceof z.ZodArray)) return false;
  const element = schema.element as z.ZodType;
  return element instanceof z.ZodObject || isSplit(element);
}

interface Parts {
  /** The object, in which lists and records may be anything. */
  readonly surface: z.ZodObject;
  readonly inner: readonly (readonly [string, z.ZodType])[];
}

const parts = new WeakMap<z.ZodObject, Parts>();

function partsOf(schema: z.ZodObject): Parts {
  const known = parts.get(schema);
  if (known) return known;
  const inner = Object.entries(schema.shape as Record<string, z.ZodType>).filter(([, of]) => isSplit(of));
  const anything = Object.fromEntries(inner.map(([key]) => [key, z.unknown().optional()]));
  const surface = z.core.clone(schema, { ...schema.def, shape: { ...schema.shape, ...anything } });
  const made = { surface, inner };
  parts.set(schema, made);
  return made;
}
