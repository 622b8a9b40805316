/** Text from a file may hold control characters, and marks that turn the direction of text; on a terminal they would act. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ');
}

export interface Indents {
  /** Before the first line. */
  readonly first: string;
  /** Before every other. */
  readonly rest: string;
}

/** Breaks text at spaces into lines of at most `width` columns, indents included; a longer word keeps a line of its own. */
export function wrapText(text: string, width: number, { first, rest }: Indents): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of printable(text)
    .split(/\s+/)
    .filter((w) => w !== '')) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return empty ? lines : [...lines, line];
}
