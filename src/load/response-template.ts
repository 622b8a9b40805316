/**
 * The fast path: most servers answer with the same head every time, but for the digits of the date. The head of the last
 * answer that the complete parser took is kept as words with a mask; an answer that equals it under the mask and has
 * exactly its length needs no parsing, because its parse is known.
 */
const DATE = 'date: ';
/**
 * `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7): what may change, by the kind of its characters; the rest may not.
 */
const DATE_FORM = 'Xxx, 00 Xxx 0000 00:00:00 GMT';
/**
 * Of such a character the bits that may not change either: they keep a digit from 0x30 to 0x3f, a small letter from 0x60 to 0x7f and a
 * capital from 0x40 to 0x5f. So no CR or LF can stand there, and no line can hide in a date.
 */
const KINDS: ReadonlyMap<string, { readonly mask: number; readonly bits: number }> = new Map([
  ['0', { mask: 0xf0, bits: 0x30 }],
  ['x', { mask: 0xe0, bits: 0x60 }],
  ['X', { mask: 0xe0, bits: 0x40 }],
]);

function fits(form: string, byte: number): boolean {
  const kind = KINDS.get(form);
  return kind === undefined ? byte === form.charCodeAt(0) : (byte & kind.mask) === kind.bits;
}

/** After this many misses with a template in place the head is taken to change every time, and learning stops. */
const MAX_MISSES = 64;
/** Longer heads are left to the parser. */
const MAX_HEAD_BYTES = 4096;

export class ResponseTemplate {
  /** Length of the whole response; 0: nothing learnt. */
  totalBytes = 0;
  headBytes = 0;
  status = 0;
  #words = 0;
  readonly #expected: Int32Array;
  readonly #mask: Int32Array;
  readonly #buffer: Int32Array;
  readonly #bytes: Uint8Array;
  #misses = 0;

  /** `buffer`: where every read begins at offset 0. */
  constructor(buffer: Uint8Array) {
    this.#bytes = buffer;
    this.#buffer = new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2);
    this.#expected = new Int32Array(MAX_HEAD_BYTES >> 2);
    this.#mask = new Int32Array(MAX_HEAD_BYTES >> 2);
  }

  /** True when the `length` bytes just read are one whole answer with the learnt head. */
  matches(length: number): boolean {
    if (length !== this.totalBytes) return false;
    const words = this.#words;
    const buffer = this.#buffer;
    const mask = this.#mask;
    const expected = this.#expected;
    for (let i = 0; i < words; i += 1) {
      if (((buffer[i] as number) & (mask[i] as number)) !== expected[i]) return false;
    }
    return true;
  }

  /** Learns the answer in `[0, headBytes + bodyBytes)` of the buffer, which had a content-length and keeps the connection. */
  learn(status: number, headBytes: number, bodyBytes: number): void {
    if (this.totalBytes > 0) this.#misses += 1;
    if (this.#misses > MAX_MISSES || headBytes > MAX_HEAD_BYTES) return;
    const words = (headBytes + 3) >> 2;
    const mask = new Uint8Array(4 * words).fill(255, 0, headBytes);
    this.#freeDate(mask, headBytes);
    const view = new Int32Array(mask.buffer);
    for (let i = 0; i < words; i += 1) {
      this.#mask[i] = view[i] as number;
      this.#expected[i] = (this.#buffer[i] as number) & (view[i] as number);
    }
    this.#words = words;
    this.status = status;
    this.headBytes = headBytes;
    this.totalBytes = headBytes + bodyBytes;
  }

  #freeDate(mask: Uint8Array, headBytes: number): void {
    const head = String.fromCharCode(...this.#bytes.subarray(0, headBytes));
    const field = head.toLowerCase().indexOf(`\r\n${DATE}`);
    if (field < 0) return;
    const from = field + 2 + DATE.length;
    const form = Array.from(DATE_FORM);
    if (!form.every((char, i) => fits(char, head.charCodeAt(from + i)))) return;
    form.forEach((char, i) => (mask[from + i] = KINDS.get(char)?.mask ?? 0xff));
  }
}
