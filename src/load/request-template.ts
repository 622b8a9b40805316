import type { PlannedRequest } from '../core/load-plan.ts';
import { isOwnValue, parseTemplate, type TemplatePart } from '../core/template-text.ts';
import { requestHead } from './request-bytes.ts';
import { jsonOf, type SavedValue } from './saved-value.ts';

export interface TemplateValues {
  /** One of the engine's own, as text. */
  own(name: string, lo: number, hi: number): string;
  /** Saved by an earlier step of the iteration. */
  saved(name: string): SavedValue;
}

type Escape = 'path' | 'header' | 'text' | 'json-string' | 'json-value';
type Piece = string | { readonly part: Exclude<TemplatePart, { text: string }>; readonly escape: Escape };

/** What cannot stand in a header's line, which is written a character a byte: line breaks, and all that its byte would be one of. */
const NO_HEADER_TEXT = /[^\t\x20-\x7e\x80-\xff]/g;

function escaped(value: SavedValue, escape: Escape): string {
  switch (escape) {
    case 'path':
      // A lone surrogate, which JSON may hold, has no encoding.
      return encodeURIComponent(String(value).toWellFormed());
    case 'header':
      return String(value).replaceAll(NO_HEADER_TEXT, ' ');
    case 'json-value':
      return jsonOf(value);
    case 'json-string':
      return JSON.stringify(String(value)).slice(1, -1);
    default:
      return String(value);
  }
}

function pieces(text: string, escape: Escape): Piece[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.parts.map((part) => ('text' in part ? part.text : { part, escape }));
}

/** A string of JSON, with the colon behind it where it is the name of a member. */
const JSON_STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/**
 * The values of the JSON that are strings are templates, names of members are not. One that is nothing but a saved value becomes
 * that value, with its type: `"{{id}}"` is 7 where the answer had 7. What is no string stays as it is written, long numbers too.
 */
function jsonPieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(JSON_STRING)) {
    if (match[1] !== undefined || !match[0].includes('{{')) continue;
    found.push(text.slice(at, match.index), ...jsonStringPieces(JSON.parse(match[0]) as string));
    at = match.index + match[0].length;
  }
  return [...found, text.slice(at)];
}

function jsonStringPieces(string: string): Piece[] {
  const inner = pieces(string, 'json-string');
  const [only] = inner;
  if (inner.length === 1 && typeof only === 'object' && !isOwnValue(only.part.name))
    return [{ ...only, escape: 'json-value' }];
  return ['"', ...inner.map((piece) => (typeof piece === 'string' ? JSON.stringify(piece).slice(1, -1) : piece)), '"'];
}

function fill(from: readonly Piece[], values: TemplateValues): string {
  let text = '';
  for (const piece of from) {
    if (typeof piece === 'string') text += piece;
    else {
      const { name, lo, hi } = piece.part;
      text += escaped(isOwnValue(name) ? values.own(name, lo, hi) : values.saved(name), piece.escape);
    }
  }
  return text;
}

/** What a request is once its placeholders are filled. */
export interface FilledRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** One request of a plan with its placeholders. */
export class RequestTemplate {
  /** True: it is the same each time. */
  readonly isFixed: boolean;
  /** The saved values that it uses. */
  readonly uses: readonly string[];
  readonly #method: string;
  readonly #path: Piece[];
  readonly #headers: readonly (readonly [string, Piece[]])[];
  readonly #body: Piece[] | null;

  /** @throws Error when a placeholder is malformed. */
  constructor(request: PlannedRequest) {
    this.#method = request.method;
    this.#path = pieces(request.path, 'path');
    this.#headers = Object.entries(request.headers).map(([name, value]) => [name, pieces(value, 'header')]);
    if (request.body === null) this.#body = null;
    else this.#body = request.body_is_json === true ? jsonPieces(request.body) : pieces(request.body, 'text');
    const all = [this.#path, ...this.#headers.map(([, value]) => value), this.#body ?? []].flat();
    const names = all.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.part.name]));
    this.isFixed = names.length === 0;
    this.uses = names.filter((name) => !isOwnValue(name));
  }

  filled(values: TemplateValues): FilledRequest {
    return {
      method: this.#method,
      path: fill(this.#path, values),
      headers: Object.fromEntries(this.#headers.map(([name, value]) => [name, fill(value, values)])),
      body: this.#body === null ? null : fill(this.#body, values),
    };
  }
}

/** The bytes of a filled request. */
export function requestBytes(request: FilledRequest, host: string): Buffer {
  const head = Buffer.from(requestHead(request, host), 'latin1');
  return request.body === null || request.body === '' ? head : Buffer.concat([head, Buffer.from(request.body, 'utf8')]);
}
