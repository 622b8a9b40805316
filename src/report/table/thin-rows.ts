import { countText } from '../../core/number-text.ts';

/** Rows of a table up to which all are shown: thousands are megabytes, and nobody reads them on a page. */
export const MOST_ROWS = 500;

export interface ThinnedRows<Row> {
  readonly shown: readonly Row[];
  /** For the notes of the table; null: all are shown. */
  readonly says: string | null;
}

/**
 * At most about 500 of the rows, evenly, in their order. Those that `isTelling` are all kept where they are less than half of
 * what is shown. `kind`: what a row is; `source`: where all of them are.
 */
export function thinRows<Row>(
  rows: readonly Row[],
  about: { readonly kind: string; readonly source: string; readonly telling?: string },
  isTelling: (row: Row) => boolean = () => false,
): ThinnedRows<Row> {
  if (rows.length <= MOST_ROWS) return { shown: rows, says: null };
  const telling = rows.filter(isTelling).length;
  const kept = telling <= MOST_ROWS / 2 ? telling : 0;
  const every = Math.ceil((rows.length - kept) / (MOST_ROWS - kept));
  let others = -1;
  const shown = rows.filter((row) => {
    if (kept > 0 && isTelling(row)) return true;
    others += 1;
    return others % every === 0;
  });
  const first = kept > 0 && about.telling !== undefined ? `${about.telling}, and ` : '';
  return {
    shown,
    says: `Of ${countText(rows.length, about.kind)} are shown: ${first}one of every ${every}${first === '' ? '' : ' others'}. All of them are in ${about.source}.`,
  };
}
