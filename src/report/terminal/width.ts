/** Wider lines are hard to read. */
const WIDEST = 100;
/** In less a table has no room for its first column. */
const NARROWEST = 60;

/** The columns that text is set in on a terminal of `columns`. */
export function textWidth(columns: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, columns));
}
