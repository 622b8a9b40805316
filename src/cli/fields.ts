import type { Terminal } from './terminal.ts';

/** Before the lines on which the fields of one thing go on. */
const INDENT = '    ';
const GAP = '  ';

/**
 * The fields of one thing on a line; in a narrower terminal on as many as it takes, ids unbroken, so that they can be copied.
 * `columns` null: no terminal but a pipe, whose reader counts on a line for each thing.
 */
export function fieldsText(fields: readonly string[], columns: number | null): string {
  const shown = fields.filter((field) => field !== '');
  const whole = shown.join(GAP);
  if (columns === null || whole.length <= columns) return whole;
  const lines: string[] = [];
  for (const field of shown) {
    const word = field.trimEnd();
    const line = lines.at(-1);
    if (line === undefined) lines.push(word);
    else if (line.length + GAP.length + word.length <= columns) lines.splice(-1, 1, `${line}${GAP}${word}`);
    else lines.push(INDENT + word);
  }
  return lines.join('\n');
}

export function printFields(terminal: Terminal, fields: readonly string[]): void {
  terminal.print(fieldsText(fields, terminal.columns));
}

/** Things of a list, one after the other; on stderr, that there are none, or that the page ended before the list. */
export function printList(
  terminal: Terminal,
  things: readonly (readonly string[])[],
  { none, isCut = false }: { readonly none: string; readonly isCut?: boolean },
): void {
  for (const fields of things) printFields(terminal, fields);
  if (things.length === 0) terminal.note(none);
  if (isCut) terminal.note('there are older ones; --limit lists up to 100');
}
