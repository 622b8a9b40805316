import type { z } from '@hono/zod-openapi';
import type { historySchema } from '../history-view.ts';
import type { seriesSchema } from '../series-view.ts';

export type Series = z.output<typeof seriesSchema>;
export type History = z.output<typeof historySchema>;

/** One experiment as far as one cell goes. */
export interface CellSession {
  readonly experiment_id: string;
  readonly at: string;
  readonly commit: string | null;
  readonly value: number | null;
  readonly lo: number | null;
  readonly hi: number | null;
  readonly n: number;
  readonly verdict: string;
  /** Index into `hosts`. */
  readonly host: number;
  readonly isInvalid: boolean;
  readonly isBaseline: boolean;
}

/** A history of one cell, oldest first. */
export interface CellHistory {
  readonly cell: string;
  /** Digests, in the order in which they came up. */
  readonly hosts: readonly string[];
  readonly sessions: readonly CellSession[];
  readonly changes: readonly { readonly index: number; readonly before: number; readonly after: number }[];
}

/** The cells that any of the experiments has, in the order of the newest one that has them. */
export function cellsOf({ points }: History): string[] {
  return [...new Set(points.flatMap(({ cells }) => cells.map(({ cell }) => cell)))];
}

export function cellHistory({ points, change_points }: History, { baseline }: Series, cell: string): CellHistory {
  const oldestFirst = points.toReversed();
  const hosts = [...new Set(oldestFirst.map(({ host_digest }) => host_digest ?? 'unknown'))];
  const sessions = oldestFirst.flatMap(({ experiment_id, created_at, commit, verdict, host_digest, cells }) => {
    const found = cells.find((each) => each.cell === cell);
    if (found === undefined) return [];
    const { value, lo, hi, n, validity } = found;
    return [
      {
        experiment_id,
        at: created_at,
        commit,
        value,
        lo,
        hi,
        n,
        verdict,
        host: hosts.indexOf(host_digest ?? 'unknown'),
        isInvalid: validity === 'invalid',
        isBaseline: baseline?.experiment_id === experiment_id,
      },
    ];
  });
  const changes = change_points
    .filter((change) => change.cell === cell)
    .flatMap(({ experiment_id, before, after }) => {
      const index = sessions.findIndex((session) => session.experiment_id === experiment_id);
      return index < 0 ? [] : [{ index, before, after }];
    });
  return { cell, hosts, sessions, changes };
}
