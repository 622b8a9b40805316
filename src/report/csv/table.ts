/** A value of a CSV cell; null is an empty one. */
export type CsvValue = string | number | boolean | null;

/** One column: its header and its value in a row. */
export interface CsvColumn<Row> {
  readonly name: string;
  readonly value: (row: Row) => CsvValue;
}

export interface CsvOptions {
  /** Left out when pages of rows are sent one after another. Default: true. */
  readonly header?: boolean;
}

/** A spreadsheet runs text that begins so as a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * RFC 4180: CRLF after every record, quotes where needed, a header. Text that a spreadsheet would run is led by an
 * apostrophe; numbers are written as they are, with every digit.
 */
export function csvTable<Row>(
  columns: readonly CsvColumn<Row>[],
  rows: readonly Row[],
  options: CsvOptions = {},
): string {
  const header = options.header === false ? '' : csvRecord(columns.map((column) => column.name));
  return header + rows.map((row) => csvRecord(columns.map((column) => column.value(row)))).join('');
}

function csvRecord(values: readonly CsvValue[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}

function csvField(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
