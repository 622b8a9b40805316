import { AppError } from '../core/errors.ts';
import { pointerOf, shownKey } from '../core/spec-problems.ts';
import { scanJson } from './json-scan.ts';
import { parseYaml } from './yaml-strict.ts';

/** The largest matrix as a hand-written spec is about 20 KiB; this leaves room for comments and generated ones. */
export const MAX_SPEC_BYTES = 256 * 1024;
/** Keys, cancels, heartbeats. */
export const MAX_SMALL_BYTES = 64 * 1024;
/** A session names every target with its features. */
export const MAX_SESSION_BYTES = 1024 * 1024;
/**
 * So much beyond the bound is read and dropped, so that the client gets to read the refusal and may use its connection
 * again; who sends more has it cut.
 */
const MAX_DISCARDED_BYTES = 32 * 1024 * 1024;
/** A slow mobile line sends more; with 8 MiB and the grace this stays below the two minutes that a whole request may take. */
const SLOWEST_BYTES_PER_S = 100_000;
/** For the first byte to come. */
const BODY_GRACE_MS = 10_000;
/** A spec has at most 6 levels, a trial result 5. */
export const MAX_DEPTH = 32;

export type BodyType = 'json' | 'yaml';

export interface ReadBody {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** The media type as sent, without parameters. */
  readonly media_type: string;
  readonly value: unknown;
}

const MEDIA_TYPES: Readonly<Record<string, BodyType>> = {
  'application/json': 'json',
  'application/yaml': 'yaml',
  'application/x-yaml': 'yaml',
  'text/yaml': 'yaml',
  'text/x-yaml': 'yaml',
};

function typeOf(headers: Headers, taken: readonly BodyType[]): { type: BodyType; media_type: string } {
  const isTaken = (essence: string) => {
    const type = MEDIA_TYPES[essence];
    return type !== undefined && taken.includes(type);
  };
  const media_type = mediaTypeOf(headers, isTaken, taken.map((t) => `application/${t}`).join(' or '));
  return { type: MEDIA_TYPES[media_type] ?? 'json', media_type };
}

/** The media type of a body, without parameters. Throws unsupported-media-type: not taken, not in UTF-8, or packed. */
export function mediaTypeOf(headers: Headers, isTaken: (essence: string) => boolean, wanted: string): string {
  const [essence = '', ...parameters] = (headers.get('Content-Type') ?? '')
    .split(';')
    .map((p) => p.trim().toLowerCase());
  if (!isTaken(essence)) {
    throw new AppError('unsupported-media-type', `expected Content-Type ${wanted}, got ${essence || 'none'}`);
  }
  const charset = parameters
    .find((p) => p.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8') {
    throw new AppError('unsupported-media-type', `expected charset utf-8, got ${charset}`);
  }
  const encoding = headers.get('Content-Encoding');
  if (encoding !== null && encoding !== 'identity') {
    throw new AppError('unsupported-media-type', `expected no Content-Encoding, got ${encoding}`);
  }
  return essence;
}

/** How long a body of so many bytes may take (ms). */
function timeFor(maxBytes: number): number {
  return BODY_GRACE_MS + (maxBytes / SLOWEST_BYTES_PER_S) * 1000;
}

/** Reads a stream to its end, or until the time is over. Throws request-timeout, malformed-body when it breaks off. */
async function readWhole(
  stream: ReadableStream<Uint8Array>,
  timeout_ms: number,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const reader = stream.getReader();
  const over = Promise.withResolvers<never>();
  const late = new AppError('request-timeout', `the body did not come whole within ${timeout_ms / 1000} s`);
  const timer = setTimeout(() => over.reject(late), timeout_ms);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), over.promise]);
      if (done) return;
      take(value);
    }
  } catch (error) {
    // What is still to come is not waited for, nor how the sender takes that.
    reader.cancel().catch(() => undefined);
    if (error instanceof AppError) throw error;
    throw new AppError('malformed-body', 'the body broke off before its end', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

interface ByteBounds {
  readonly maxBytes: number;
  /** Default: by `maxBytes`. */
  readonly timeout_ms?: number | undefined;
  /** So much beyond `maxBytes` is read and dropped. */
  readonly maxDiscarded?: number;
}

/** The bytes of a body. Those beyond the bound are not kept. Throws body-too-large, request-timeout, malformed-body. */
export async function readBytes(request: Request, bounds: ByteBounds): Promise<Uint8Array> {
  const { maxBytes, timeout_ms = timeFor(maxBytes), maxDiscarded = MAX_DISCARDED_BYTES } = bounds;
  const tooLarge = () => new AppError('body-too-large', `the body has more than ${maxBytes} bytes`);
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  await readWhole(request.body, timeout_ms, (chunk) => {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
    else if (size > maxBytes + maxDiscarded) throw tooLarge();
  });
  if (size > maxBytes) throw tooLarge();
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** Throws malformed-body. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('malformed-body', 'the body is not UTF-8', { cause });
  }
}

function parseJson(text: string): unknown {
  const fault = scanJson(text, MAX_DEPTH);
  if (fault?.kind === 'too-deep') throw new AppError('malformed-body', `nested deeper than ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 200) : '';
    throw new AppError('malformed-body', `not readable as JSON: ${why}`, { cause });
  }
  if (fault) throw new AppError('malformed-body', `duplicate key ${shownKey(fault.key)} at offset ${fault.offset}`);
  return value;
}

function checkString(text: string, path: readonly PropertyKey[]): void {
  const fault = text.includes('\0') ? 'a NUL character' : text.isWellFormed() ? null : 'half a surrogate pair';
  if (fault !== null) throw new AppError('malformed-body', `${fault} in ${pointerOf(path) || 'the body'}`);
}

/** JSON has no other way to write a NUL or half a surrogate pair: of a text without it no string need be looked at. */
const ESCAPE = '\\u';

/**
 * Refuses what a database's text and jsonb cannot hold: NUL characters and lone surrogates, in keys and values. Nothing is
 * nested deeper than `MAX_DEPTH` here; `path` is the way to the value, and as it was afterwards.
 */
function checkStrings(value: unknown, path: PropertyKey[]): void {
  if (typeof value === 'string') checkString(value, path);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    if (typeof key === 'string') checkString(key, path);
    if (typeof child !== 'string' && typeof child !== 'object') continue;
    path.push(key);
    checkStrings(child, path);
    path.pop();
  }
}

/** What a body's text says. Throws malformed-body: not one document, too deep, duplicate keys, aliases, tags or NUL. */
export function parseText(text: string, type: BodyType): unknown {
  const value = type === 'json' ? parseJson(text) : parseYaml(text, MAX_DEPTH);
  if (type === 'yaml' || text.includes(ESCAPE)) checkStrings(value, []);
  return value;
}

/**
 * Reads the body of any route, before any schema: media type, size, UTF-8, one document, depth ≤ 32, no duplicate keys,
 * aliases, tags or NUL. Throws unsupported-media-type, body-too-large, malformed-body, request-timeout.
 */
export async function parseBody(
  request: Request,
  options: {
    readonly maxBytes: number;
    readonly types: readonly BodyType[];
    /** Default: by `maxBytes`. */
    readonly timeout_ms?: number | undefined;
    /** Looks at the bytes before they are decoded, e.g. compares a digest; throws. */
    readonly verify?: (bytes: Uint8Array) => Promise<void>;
  },
): Promise<ReadBody> {
  const { type, media_type } = typeOf(request.headers, options.types);
  const bytes = await readBytes(request, { maxBytes: options.maxBytes, timeout_ms: options.timeout_ms });
  await options.verify?.(bytes);
  const text = decodeUtf8(bytes);
  return { bytes, text, media_type, value: parseText(text, type) };
}
