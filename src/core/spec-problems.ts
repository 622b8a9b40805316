import type { z } from 'zod';
import type { InputProblem } from './errors.ts';

const MAX_SHOWN = 60;
/** So many problems are named in one answer; nobody mends more at once, and a body of 256 KiB can have 200,000. */
export const MAX_PROBLEMS = 100;

/** A value as it came, short enough for an error message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  // JSON has no bigint, and writes a number beyond its range (1e400) as null.
  const text = typeof value === 'bigint' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  return cut(text);
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** The name of a key as it came, short enough for an error message. */
export function shownKey(key: string): string {
  return `\`${cut(key)}\``;
}

export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<PropertyKey, unknown>)[step];
  }, input);
}

/** Optimal string alignment distance (Levenshtein's with swapped neighbours as one slip), for "did you mean". */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(substitution, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** "; did you mean `x`?" where a known name is near enough to be a slip of the hand, else nothing. */
export function suggestion(name: string, known: readonly string[]): string {
  // What is longer than any name by far is no slip, and comparing costs its length.
  if (name.length > MAX_SHOWN) return '';
  const near = known.map((k) => ({ k, d: distance(name, k) })).sort((x, y) => x.d - y.d)[0];
  return near && near.d <= Math.max(1, Math.floor(near.k.length / 3)) ? `; did you mean \`${near.k}\`?` : '';
}

/** Zod's names of types where readers of JSON have others. */
const TYPE_WORDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  record: 'an object',
  tuple: 'an array',
  array: 'an array',
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_WORDS[issue.expected] ?? article(issue.expected)}`;
    case 'too_small':
      if (issue.origin === 'array')
        return `expected at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`;
      if (issue.origin === 'string')
        return `expected at least ${issue.minimum} ${issue.minimum === 1 ? 'character' : 'characters'}`;
      return `expected a number ${issue.inclusive === false ? '>' : '≥'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array')
        return `expected at most ${issue.maximum} ${issue.maximum === 1 ? 'entry' : 'entries'}`;
      if (issue.origin === 'string') return `expected at most ${issue.maximum} characters`;
      return `expected a number ${issue.inclusive === false ? '<' : '≤'} ${issue.maximum}`;
    case 'invalid_value':
      return `expected ${issue.values.map((v) => JSON.stringify(v)).join(' or ')}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? `expected a string of the form ${issue.pattern ?? issue.format}`
        : `expected ${issue.message}`;
    default:
      return issue.message;
  }
}

/** Why a bound is where it is, if its schema says so: what Zod itself says begins with "Too". */
function reasonOf({ code, message }: z.core.$ZodIssue): string {
  const isBound = code === 'too_small' || code === 'too_big';
  return isBound && !message.startsWith('Too ') ? `: ${message}` : '';
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** The keys that an object at a path may have, for "did you mean", by the object as it came; a list is that of the outermost object. */
export type KnownKeys = readonly string[] | ((path: readonly PropertyKey[], value: unknown) => KeysAt);

/** The keys, or with them where a key that is none of them belongs: "; it belongs to …", or nothing. */
export type KeysAt = readonly string[] | KeysWithOwners;
export interface KeysWithOwners {
  readonly known: readonly string[];
  readonly ownerOf: (key: string) => string;
}

/** A Zod error as problems, the first `MAX_PROBLEMS`: one for each unknown key, each with what was expected and what came. */
export function problemsOf(
  error: z.ZodError,
  input: unknown,
  at: readonly PropertyKey[] = [],
  knownKeys: KnownKeys = [],
): InputProblem[] {
  const problems: InputProblem[] = [];
  for (const issue of error.issues) {
    if (problems.length >= MAX_PROBLEMS) break;
    const path = [...at, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const outermost = issue.path.length === 0;
      const known: KeysAt =
        typeof knownKeys === 'function' ? knownKeys(path, valueAt(input, issue.path)) : outermost ? knownKeys : [];
      problems.push(...unknownKeys(issue.keys.slice(0, MAX_PROBLEMS - problems.length), path, known));
    } else if (issue.code === 'invalid_key') {
      const detail = `expected ${issue.issues[0]?.message ?? 'another key'}, got the key ${shown(issue.path.at(-1))}`;
      problems.push({ pointer: pointerOf(path), detail });
    } else {
      const detail = `${expectation(issue)}, got ${shown(valueAt(input, issue.path))}${reasonOf(issue)}`;
      problems.push({ pointer: pointerOf(path), detail });
    }
  }
  return problems;
}

/** A problem for each key of the object at `path` that is none of the known ones. */
export function unknownKeys(keys: readonly string[], path: readonly PropertyKey[], keysAt: KeysAt): InputProblem[] {
  const { known, ownerOf } = 'known' in keysAt ? keysAt : { known: keysAt, ownerOf: () => '' };
  return keys.map((key) => ({
    pointer: pointerOf([...path, key]),
    detail: `unknown key ${shownKey(key)}${ownerOf(key) || suggestion(key, known)}`,
  }));
}
