/** The head of an HTTP/1.1 response (RFC 9112), as far as a client that counts bytes must understand it. */
export interface ResponseHead {
  status: number;
  /** What ends the body. */
  framing: 'length' | 'chunked' | 'close' | 'none';
  contentLength: number;
  keepAlive: boolean;
}

const CR = 13;
const LF = 10;
const SP = 32;
const HTAB = 9;
const COLON = 58;
const DEL = 127;

/** RFC 9110 §5.6.2: the characters of a field name. */
const TOKEN = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  TOKEN[char.charCodeAt(0)] = 1;
}

/** Largest body length that is still an exact integer. */
const MAX_LENGTH = Number.MAX_SAFE_INTEGER;

/** `HTTP/1.`, case and all (RFC 9112 §2.3). */
const PROTOCOL = [72, 84, 84, 80, 47, 49, 46];

const CONTENT_LENGTH = 'content-length';
const TRANSFER_ENCODING = 'transfer-encoding';
const CONNECTION = 'connection';

function digit(byte: number | undefined): number {
  return byte !== undefined && byte >= 48 && byte <= 57 ? byte - 48 : -1;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  let result = '';
  for (let i = start; i < end; i += 1) result += String.fromCharCode(bytes[i] as number);
  return result.toLowerCase();
}

function nameIs(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  // Field names are letters and hyphens here: setting bit 5 lowers letters and leaves '-' as it is.
  for (let i = 0; i < name.length; i += 1) if (((bytes[start + i] as number) | 32) !== name.charCodeAt(i)) return false;
  return true;
}

/** False when `bytes[start, end)`, as far as they go, cannot be the beginning of an HTTP/1 response. */
export function beginsWithProtocol(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = 0; i < PROTOCOL.length && start + i < end; i += 1) if (bytes[start + i] !== PROTOCOL[i]) return false;
  return true;
}

/** `HTTP/1.0 200` or `HTTP/1.1 200`, then nothing or a space and a reason. Returns status and minor version, or null. */
function parseStatusLine(bytes: Uint8Array, start: number, end: number): { status: number; minor: number } | null {
  if (end - start < 12 || !beginsWithProtocol(bytes, start, end)) return null;
  const minor = digit(bytes[start + 7]);
  if ((minor !== 0 && minor !== 1) || bytes[start + 8] !== SP) return null;
  const a = digit(bytes[start + 9]);
  const b = digit(bytes[start + 10]);
  const c = digit(bytes[start + 11]);
  if (a < 1 || b < 0 || c < 0) return null;
  if (end - start > 12 && bytes[start + 12] !== SP) return null;
  return { status: a * 100 + b * 10 + c, minor };
}

function parseLength(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return -1;
  let value = 0;
  for (let i = start; i < end; i += 1) {
    const d = digit(bytes[i]);
    if (d < 0) return -1;
    value = value * 10 + d;
    if (value > MAX_LENGTH) return -1;
  }
  return value;
}

interface Fields {
  contentLength: number;
  transferEncoding: string | null;
  connection: string;
}

/** The end of the line that starts at `start` (index of its CR), or -1 when a bare CR or LF or a control byte stands in it. */
export function lineEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i += 1) {
    const byte = bytes[i] as number;
    if (byte === CR) return bytes[i + 1] === LF && i + 1 < end ? i : -1;
    if ((byte < SP && byte !== HTAB) || byte === DEL) return -1;
  }
  return -1;
}

/** Reads one `name: value` line into `fields`; false when it is malformed. Folded lines are refused (RFC 9112 §5.2). */
function parseField(bytes: Uint8Array, start: number, end: number, fields: Fields | null): boolean {
  let colon = start;
  while (colon < end && TOKEN[bytes[colon] as number] === 1) colon += 1;
  if (colon === start || colon === end || bytes[colon] !== COLON) return false;
  if (fields === null) return true;
  let from = colon + 1;
  let to = end;
  while (from < to && (bytes[from] === SP || bytes[from] === HTAB)) from += 1;
  while (to > from && (bytes[to - 1] === SP || bytes[to - 1] === HTAB)) to -= 1;
  if (nameIs(bytes, start, colon, CONTENT_LENGTH)) {
    const length = parseLength(bytes, from, to);
    if (length < 0 || fields.contentLength >= 0) return false;
    fields.contentLength = length;
  } else if (nameIs(bytes, start, colon, TRANSFER_ENCODING)) {
    const value = text(bytes, from, to);
    // RFC 9112 §6.1 has a coding there. Without one nothing says where the body ends, and others take it for no field at all.
    if (value.split(',').every((coding) => coding.trim() === '')) return false;
    fields.transferEncoding = fields.transferEncoding === null ? value : `${fields.transferEncoding},${value}`;
  } else if (nameIs(bytes, start, colon, CONNECTION)) {
    fields.connection += `,${text(bytes, from, to)}`;
  }
  return true;
}

function hasToken(list: string, token: string): boolean {
  return list.includes(token) && list.split(',').some((part) => part.trim() === token);
}

/** RFC 9112 §6.3: what ends the body. */
function frame(status: number, isHead: boolean, fields: Fields): ResponseHead['framing'] | null {
  // Both at once is how responses are smuggled; a client that measures has no business guessing.
  if (fields.transferEncoding !== null && fields.contentLength >= 0) return null;
  if (isHead || status === 204 || status === 304 || status < 200) return 'none';
  if (fields.transferEncoding !== null) {
    const codings = fields.transferEncoding.split(',');
    return codings[codings.length - 1]?.trim() === 'chunked' ? 'chunked' : 'close';
  }
  return fields.contentLength >= 0 ? 'length' : 'close';
}

/**
 * Parses a whole head: `bytes[start, end)` ends with its empty line.
 * @returns null when it is not a response head.
 */
export function parseHead(bytes: Uint8Array, start: number, end: number, isHead: boolean): ResponseHead | null {
  const firstEnd = lineEnd(bytes, start, end);
  const statusLine = firstEnd < 0 ? null : parseStatusLine(bytes, start, firstEnd);
  if (statusLine === null) return null;
  const fields: Fields = { contentLength: -1, transferEncoding: null, connection: '' };
  if (!parseFields(bytes, firstEnd + 2, end, fields)) return null;
  const framing = frame(statusLine.status, isHead, fields);
  if (framing === null) return null;
  const persistent =
    statusLine.minor === 1 ? !hasToken(fields.connection, 'close') : hasToken(fields.connection, 'keep-alive');
  return {
    status: statusLine.status,
    framing,
    contentLength: framing === 'length' ? fields.contentLength : 0,
    keepAlive: persistent && framing !== 'close',
  };
}

/** Field lines up to and with the empty line that ends at `end`; `fields` null: only their form is checked (trailers). */
export function parseFields(bytes: Uint8Array, start: number, end: number, fields: Fields | null): boolean {
  let at = start;
  while (at < end) {
    const stop = lineEnd(bytes, at, end);
    if (stop < 0) return false;
    if (stop === at) return stop + 2 === end;
    if (!parseField(bytes, at, stop, fields)) return false;
    at = stop + 2;
  }
  return false;
}
