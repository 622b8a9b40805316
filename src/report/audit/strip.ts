import type { AuditRow } from '../../core/audit/audit-report.ts';

export interface Scale {
  /** Seconds at the right end; the left end is 0. */
  readonly max: number;
  readonly columns: number;
}

export function columnOf(seconds: number, { max, columns }: Scale): number {
  return Math.min(columns - 1, Math.max(0, Math.round((seconds / max) * (columns - 1))));
}

/** A row's implied pause as a dot, with what rounding and ramp allow as a line, over the declared range as a shade. */
export function strip(row: AuditRow, declared: { readonly min: number; readonly max: number }, scale: Scale): string {
  const cells = Array.from({ length: scale.columns }, () => '·');
  const fill = (from: number, to: number, mark: string): void => {
    for (let at = columnOf(from, scale); at <= columnOf(to, scale); at += 1) cells[at] = mark;
  };
  fill(declared.min, declared.max, '░');
  fill(row.think_time_at_least_s ?? row.think_time_implied_s, row.think_time_at_most_s, '─');
  cells[columnOf(row.think_time_implied_s, scale)] = '●';
  return cells.join('');
}

/** The whole seconds of a scale, each above its column. */
export function axis(scale: Scale): string {
  const cells = Array.from({ length: scale.columns }, () => ' ');
  const every = Math.max(1, Math.ceil(scale.max / 8));
  for (let s = 0; s <= scale.max; s += every) {
    const label = String(s);
    const at = Math.min(columnOf(s, scale), scale.columns - label.length);
    label.split('').forEach((digit, i) => {
      cells[at + i] = digit;
    });
  }
  return cells.join('');
}
