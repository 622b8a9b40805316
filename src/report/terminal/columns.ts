export interface TextColumn {
  readonly head: string;
  readonly align: 'left' | 'right';
  /** One text a row. */
  readonly cells: readonly string[];
  /** Given up where the width does not do, the highest first; 0: never. */
  readonly dispensable: number;
}

const GAP = 2;
/** Below this a name is no longer a name. */
const NARROWEST_NAME = 8;

/**
 * Rows of a table that fits into `width`: columns are given up in their order, then the first column is shortened. Each
 * row comes as its padded cells, so that they can still be coloured; the first row is the head.
 */
export function fitColumns(
  columns: readonly TextColumn[],
  width: number,
): { readonly rows: string[][]; readonly shown: readonly TextColumn[] } {
  let shown = columns.filter((column) => column.head !== '' || column.cells.some((cell) => cell !== ''));
  while (totalOf(shown) > width) {
    const [next] = [...shown].sort((a, b) => b.dispensable - a.dispensable);
    if (next === undefined || next.dispensable === 0) break;
    shown = shown.filter((column) => column !== next);
  }
  const over = Math.max(0, totalOf(shown) - width);
  const widths = shown.map((column, i) =>
    i === 0 ? Math.max(NARROWEST_NAME, widthOf(column) - over) : widthOf(column),
  );
  const height = Math.max(0, ...shown.map((column) => column.cells.length));
  const rowAt = (text: (column: TextColumn) => string): string[] =>
    shown.map((column, i) => padded(shortened(text(column), widths[i] ?? 0), widths[i] ?? 0, column.align));
  const rows = [
    rowAt((column) => column.head),
    ...Array.from({ length: height }, (_, row) => rowAt((column) => column.cells[row] ?? '')),
  ];
  return { rows, shown };
}

export function joinCells(cells: readonly string[]): string {
  return cells.join(' '.repeat(GAP)).trimEnd();
}

/** Code points: what a terminal sets in one column each, near enough. */
function charactersOf(text: string): string[] {
  return Array.from(text);
}

function lengthOf(text: string): number {
  return charactersOf(text).length;
}

export function padded(text: string, width: number, align: TextColumn['align']): string {
  const space = ' '.repeat(Math.max(0, width - lengthOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** With … at its end where it is longer than `width`. */
export function shortened(text: string, width: number): string {
  const characters = charactersOf(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function widthOf(column: TextColumn): number {
  return Math.max(lengthOf(column.head), ...column.cells.map(lengthOf));
}

function totalOf(columns: readonly TextColumn[]): number {
  return columns.reduce((sum, column) => sum + widthOf(column) + GAP, -GAP);
}
