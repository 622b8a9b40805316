import { loadedOtherwise } from '../compare/same-load.ts';
import type { Side } from '../compare/side.ts';
import { storedSide } from '../compare/stored-cell.ts';
import type { Metric } from '../metric.ts';
import { sessionSpread, type SessionSpread } from '../stats/session-spread.ts';
import type { BaselineFacts } from './baseline.ts';
import type { GateCell } from './gate-cell.ts';

/** The cell of a baseline that a head is compared with. */
export interface StoredBase {
  readonly cell: string;
  readonly side: Side;
  /** How much sessions of the series differ in this cell and metric. */
  readonly spread: SessionSpread;
}

interface StoredFacts {
  readonly baseline: BaselineFacts | null;
  readonly host_digest: string | null;
}

/** The baseline's cell of the same name and load; or why there is none. */
export function storedBase(
  { cell, loaded }: GateCell,
  metric: Metric,
  { baseline, host_digest }: StoredFacts,
): StoredBase | string {
  if (baseline === null) return 'no-baseline';
  if (host_digest === null || baseline.host_digest !== host_digest) return 'other-host';
  const base = baseline.cells.find((each) => each.cell === cell.cell && loadedOtherwise(each, loaded) === null);
  if (base === undefined) return 'no-such-cell';
  const sessions = baseline.sessions.filter((session) => session.host_digest === host_digest);
  const values = sessions.flatMap((session) => {
    const same = session.cells.find((each) => each.cell === cell.cell && loadedOtherwise(each, loaded) === null);
    const value = same === undefined || same.validity === 'invalid' ? null : (same[metric]?.value ?? null);
    return value ?? [];
  });
  return { cell: base.cell, side: storedSide(base, metric), spread: sessionSpread(values) };
}
