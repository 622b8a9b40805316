import { makePgArray } from 'drizzle-orm/pg-core';
import type { PostgresType } from 'postgres';

/** The id of the type `text[]`, in every Postgres. */
const TEXT_ARRAY = 1009;
/** A quoted element, or a bare one. Postgres quotes what is empty, reads NULL, or holds a brace, comma, quote, backslash or space. */
const ELEMENT = /"((?:[^"\\]|\\.)*)"|([^,]+)/gs;

/** The elements of an array of one dimension as Postgres writes it: `{a,"b \"c\"",NULL}`. */
export function parseTextArray(literal: string): (string | null)[] {
  return [...literal.slice(1, -1).matchAll(ELEMENT)].map(([, quoted, bare = '']) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1');
    return bare === 'NULL' ? null : bare;
  });
}

/**
 * `text[]` for postgres.js, which by itself knows an array only after it has asked for the database's types, a round trip at each
 * connect. Without that Drizzle would read the literal itself, and lose every backslash in it. Columns write theirs as a literal.
 */
export const textArray: PostgresType = {
  to: TEXT_ARRAY,
  from: [TEXT_ARRAY],
  serialize: (value: string | string[]) => (Array.isArray(value) ? makePgArray(value) : value),
  parse: parseTextArray,
};
