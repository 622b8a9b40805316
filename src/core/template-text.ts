/**
 * Text with placeholders, as requests of a load have it: `{{name}}` is a value that an earlier step of the sequence saved, or one
 * of the engine's own. Pure.
 */

/** Values that the engine makes itself, by name. */
export const OWN_VALUES = {
  seq: 'number of the iteration in the run, from 1; no two have the same',
  user: 'number of the user, or of the connection, from 1',
  uuid: 'a new UUID (version 4), drawn from the seed',
  random: 'a whole number, drawn from the seed: `{{random:1-100}}`',
} as const;
export type OwnValue = keyof typeof OWN_VALUES;

export const NAME_PATTERN = /^[a-z][a-z0-9_]{0,39}$/;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const RANGE = /^(\d{1,15})-(\d{1,15})$/;

/** A piece of a template: text as it stands, or a value by name; `lo` and `hi` of `random` only. */
export type TemplatePart =
  | { readonly text: string }
  | { readonly name: string; readonly lo: number; readonly hi: number };

export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly problem: string };

export function isOwnValue(name: string): name is OwnValue {
  return Object.hasOwn(OWN_VALUES, name);
}

/** `{{name}}`, with white space inside the braces allowed; anything else between double braces is a problem. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const inner = (match[1] ?? '').trim();
    const part = placeholder(inner);
    if (typeof part === 'string') return { ok: false, problem: part };
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push(part);
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return { ok: true, parts };
}

function placeholder(inner: string): TemplatePart | string {
  const colon = inner.indexOf(':');
  const name = colon < 0 ? inner : inner.slice(0, colon).trimEnd();
  if (!NAME_PATTERN.test(name)) return `{{${inner}}}: expected a name of lower-case letters, digits and _`;
  if (name === 'random') {
    const range = RANGE.exec(colon < 0 ? '' : inner.slice(colon + 1).trim());
    const [lo, hi] = [Number(range?.[1]), Number(range?.[2])];
    return range !== null && lo <= hi ? { name, lo, hi } : `{{${inner}}}: expected a range like {{random:1-100}}`;
  }
  return colon < 0 ? { name, lo: 0, hi: 0 } : `{{${inner}}}: only random has a range`;
}

/** The names that a template uses, the engine's own left out. The template must be a good one. */
export function savedNames(text: string): string[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return [];
  return parsed.parts.flatMap((part) => ('name' in part && !isOwnValue(part.name) ? [part.name] : []));
}
