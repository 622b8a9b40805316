import { valueAt } from '../core/json-path.ts';

/** A number of an answer as it was written there: 1234567890123456789 is no number of JavaScript, whose nearest is another id. */
export class SavedNumber {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** A value that an answer gave: what JSON has without members. A plain number is a length. */
export type SavedValue = string | number | boolean | SavedNumber;

/** Longer texts are not carried on: no body of a plan is longer, and each slot keeps its own. */
export const MAX_SAVED_CHARS = 65_536;

/** What `JSON.parse` tells beside a value (ECMAScript 2026), of which TypeScript does not know yet. */
interface Context {
  readonly source?: string;
}

function withText(_: string, value: unknown, context?: Context): unknown {
  return typeof value === 'number' ? new SavedNumber(context?.source ?? String(value)) : value;
}

/** The JSON document in these bytes with its numbers as they are written. Undefined: there is none. */
export function parseSaved(body: Uint8Array): unknown {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    return JSON.parse(text, withText);
  } catch {
    // Not JSON, or nested so deep that there is nothing in it to save.
    return undefined;
  }
}

/** What stands at a path of such a document, null where it is nothing that can be carried on. */
export function savedAt(document: unknown, path: string): SavedValue | null {
  const value = valueAt(document, path);
  if (typeof value === 'string') return value.length <= MAX_SAVED_CHARS ? value : null;
  return typeof value === 'number' || typeof value === 'boolean' || value instanceof SavedNumber ? value : null;
}

/** As JSON has it. */
export function jsonOf(value: SavedValue): string {
  return value instanceof SavedNumber ? String(value) : JSON.stringify(value);
}
