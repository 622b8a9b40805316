/** The parts of the bytes that begin with an answer, as far as they are there. */
export interface Anatomy {
  /** Heads of interim answers, without their empty lines. */
  readonly interims: readonly string[];
  /** From the final head on, whatever it is. */
  readonly final: string;
  /** The final head without its empty line, or what there is of it. */
  readonly head: string;
  readonly afterHead: string;
}

const EMPTY_LINE = '\r\n\r\n';
const INTERIM = /^HTTP\/1\.[01] 1\d\d/;

export function anatomyOf(text: string): Anatomy {
  const interims: string[] = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf(EMPTY_LINE, at);
    const head = text.slice(at, end < 0 ? undefined : end);
    if (end < 0 || !INTERIM.test(head)) {
      return { interims, final: text.slice(at), head, afterHead: end < 0 ? '' : text.slice(end + EMPTY_LINE.length) };
    }
    interims.push(head);
    at = end + EMPTY_LINE.length;
  }
}

export interface Chunks {
  /** The size lines, without CR LF; the last one perhaps not whole. */
  readonly lines: readonly string[];
  /** From the line after the last chunk to the empty line that ends the trailer; what there is of it. */
  readonly trailer: string;
}

/** Walks the chunks after a head for as long as their sizes can be read. */
export function chunksOf(afterHead: string): Chunks {
  const lines: string[] = [];
  let at = 0;
  while (at < afterHead.length) {
    const end = afterHead.indexOf('\r\n', at);
    const line = afterHead.slice(at, end < 0 ? undefined : end);
    lines.push(line);
    const digits = /^[0-9a-f]+/i.exec(line)?.[0];
    if (end < 0 || digits === undefined) break;
    const size = Number.parseInt(digits, 16);
    if (size === 0) return { lines, trailer: trailerOf(afterHead.slice(end + 2)) };
    at = end + 2 + size + 2;
  }
  return { lines, trailer: '' };
}

function trailerOf(rest: string): string {
  if (rest.startsWith('\r\n')) return '';
  const end = rest.indexOf(EMPTY_LINE);
  return end < 0 ? rest : rest.slice(0, end);
}

/** Values of the fields of that name (lower case) in the lines of a head or trailer, with the white space around them. */
export function valuesOf(head: string, name: string): string[] {
  return head
    .split('\r\n')
    .filter((line) => line.slice(0, line.indexOf(':')).toLowerCase() === name)
    .map((line) => line.slice(line.indexOf(':') + 1));
}

/** A byte below 32 that is no tab, or 127. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
}
