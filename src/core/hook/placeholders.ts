import type { InputProblem } from '../errors.ts';
import { MAX_PROBLEMS, pointerOf, shownKey, suggestion } from '../spec-problems.ts';

/** What may stand in the strings of a template, in double braces. */
export const PLACEHOLDERS = ['sha', 'base_sha', 'ref', 'branch', 'pr', 'repo'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** Null: an event of this kind does not have it. */
export type PlaceholderValues = Readonly<Record<Placeholder, string | null>>;

const MARK = /\{\{([^{}]*)\}\}/g;

function known(name: string): Placeholder | undefined {
  return PLACEHOLDERS.find((placeholder) => placeholder === name.trim());
}

type Map = (text: string, path: readonly PropertyKey[]) => string;

/**
 * The same tree with other strings. Keys stay as they are. Nothing that was parsed strictly is nested deeper than 32 levels. In braces of
 * a list of requests stand values that the load engine fills in.
 */
function withStrings(tree: unknown, map: Map, path: readonly PropertyKey[] = []): unknown {
  if (typeof tree === 'string') return map(tree, path);
  if (Array.isArray(tree) && path.length === 1 && path[0] === 'workload') return tree;
  if (Array.isArray(tree)) return tree.map((entry: unknown, i) => withStrings(entry, map, [...path, i]));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, withStrings(value, map, [...path, key])]));
}

/** One for each name in braces that stands for nothing. */
export function unknownPlaceholders(template: unknown): InputProblem[] {
  const problems: InputProblem[] = [];
  withStrings(template, (text, path) => {
    for (const [, name = ''] of text.matchAll(MARK)) {
      if (known(name) !== undefined || problems.length >= MAX_PROBLEMS) continue;
      const detail = `unknown placeholder ${shownKey(`{{${name}}}`)}${suggestion(name.trim(), PLACEHOLDERS)}; there are ${PLACEHOLDERS.join(', ')}`;
      problems.push({ pointer: pointerOf(path), detail });
    }
    return text;
  });
  return problems;
}

/**
 * The template with every placeholder replaced by its value, which is not looked at again: a value with braces in it is text. Those
 * without a value are problems, and stay.
 */
export function fillPlaceholders(
  template: unknown,
  values: PlaceholderValues,
): { readonly tree: unknown; readonly problems: readonly InputProblem[] } {
  const problems: InputProblem[] = [];
  const tree = withStrings(template, (text, path) =>
    text.replaceAll(MARK, (mark, name: string) => {
      const placeholder = known(name);
      const value = placeholder === undefined ? null : values[placeholder];
      if (value !== null) return value;
      if (problems.length < MAX_PROBLEMS)
        problems.push({ pointer: pointerOf(path), detail: `${shownKey(mark)} is not known of this event` });
      return mark;
    }),
  );
  return { tree, problems };
}
