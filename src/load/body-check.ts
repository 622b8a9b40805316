/** Canonical JSON text: keys sorted, no spaces; two texts are equal when their values are. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** One answer in this many has its body compared with the contract's. */
const SAMPLE_EVERY = 32;

/** Compares bodies with the expected JSON: the first of the run and then one in 32; a body equal to the last good one is good. */
export class BodyCheck {
  readonly #expected: string | null;
  #lastGood: Uint8Array = new Uint8Array(0);
  #countdown = 1;

  /** @throws SyntaxError when `expected` is not JSON. */
  constructor(expected: string | null) {
    this.#expected = expected === null ? null : canonicalJson(JSON.parse(expected));
  }

  /** Whether the body of the answer that comes now is looked at. */
  due(): boolean {
    if (this.#expected === null) return false;
    this.#countdown -= 1;
    if (this.#countdown > 0) return false;
    this.#countdown = SAMPLE_EVERY;
    return true;
  }

  /** `body` null: longer than any that is kept. */
  isGood(body: Uint8Array | null): boolean {
    if (body === null) return false;
    if (body.length > 0 && Buffer.compare(body, this.#lastGood) === 0) return true;
    try {
      if (canonicalJson(JSON.parse(Buffer.from(body).toString('utf8'))) !== this.#expected) return false;
    } catch {
      return false;
    }
    this.#lastGood = Uint8Array.from(body);
    return true;
  }
}
