import { changePoints } from '../stats/change-points.ts';

/** A measurement session in the history of a series, as far as changes are looked for: one value for each of its cells. */
export interface HistoryPoint {
  readonly experiment_id: string;
  /** Null: it ran on no host that is known. */
  readonly host_digest: string | null;
  /** Null: the cell has no value, or one that may not be used. */
  readonly values: readonly { readonly cell: string; readonly value: number | null }[];
}

/** From one session to the next on the same host a cell's level is another one. */
export interface HistoryChange {
  readonly cell: string;
  readonly host_digest: string;
  /** The first session of the new level. */
  readonly experiment_id: string;
  /** The level between the change before (or the first session) and this one, in the unit of the values. */
  readonly before: number;
  /** The level from this one to the next change (or the last session). */
  readonly after: number;
  /** Two-sided p of the t-test at the split. */
  readonly p: number;
}

interface Session {
  readonly experiment_id: string;
  readonly value: number;
}

/**
 * S10: the changes of level in a history, `points` oldest first. Each cell on each host is a history of its own: hosts differ in
 * level. Levels of positive values are geometric means, as those of cells are (S1), for what changes them is a factor; with a value of 0, which
 * rates of errors have, arithmetic ones. A history of less than eight sessions has none.
 */
export function historyChanges(points: readonly HistoryPoint[]): HistoryChange[] {
  const order = new Map(points.map(({ experiment_id }, i) => [experiment_id, i]));
  const place = ({ experiment_id }: HistoryChange): number => order.get(experiment_id) ?? 0;
  return [...histories(points).values()].flatMap(changesOf).toSorted((a, b) => place(a) - place(b));
}

interface History {
  readonly cell: string;
  readonly host_digest: string;
  readonly sessions: Session[];
}

function histories(points: readonly HistoryPoint[]): Map<string, History> {
  const found = new Map<string, History>();
  for (const { experiment_id, host_digest, values } of points) {
    for (const { cell, value } of values) {
      if (host_digest === null || value === null) continue;
      const key = JSON.stringify([cell, host_digest]);
      const history = found.get(key) ?? { cell, host_digest, sessions: [] };
      history.sessions.push({ experiment_id, value });
      found.set(key, history);
    }
  }
  return found;
}

function changesOf({ cell, host_digest, sessions }: History): HistoryChange[] {
  const isFactor = sessions.every(({ value }) => value > 0);
  const found = changePoints(sessions.map(({ value }) => (isFactor ? Math.log(value) : value)));
  if (!found.ok) return [];
  const level = (mean: number): number => (isFactor ? Math.exp(mean) : mean);
  return found.points.flatMap(({ index, before, after, p }) => {
    const first = sessions[index];
    if (first === undefined) return [];
    return [{ cell, host_digest, experiment_id: first.experiment_id, before: level(before), after: level(after), p }];
  });
}
