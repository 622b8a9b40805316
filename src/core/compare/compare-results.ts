import { z } from 'zod';
import { EXPERIMENT_STATES, hasEnded } from '../job.ts';
import { comparisonSchema, type Results } from '../results.ts';
import { DEFAULT_MARGIN } from '../stats/comparison.ts';
import { COMPARED, isComparedBy } from './comparable.ts';
import { outcomesOf } from './outcome.ts';
import { loadedOtherwise } from './same-load.ts';
import { compareSides } from './side.ts';
import { type StoredCell, storedCells, storedSide } from './stored-cell.ts';

/** Why nothing of two experiments may be compared; each stands for all of their cells. */
export const NOT_COMPARABLE = ['same-experiment', 'not-ended', 'no-host', 'other-host'] as const;
/** Why one cell may not. */
export const CELL_NOT_COMPARABLE = ['only-in-a', 'only-in-b', 'other-load', 'other-workload'] as const;

const comparedExperimentSchema = z
  .object({
    experiment_id: z.string(),
    name: z.string(),
    status: z.enum(EXPERIMENT_STATES),
    ended_at: z.string().nullable(),
    labels: z.record(z.string(), z.string()),
    host_digest: z.string().nullable(),
  })
  .meta({ id: 'ComparedExperiment' });
export type ComparedExperiment = z.output<typeof comparedExperimentSchema>;

const pairSchema = comparisonSchema.pick({
  metric: true,
  ratio: true,
  lo: true,
  hi: true,
  method: true,
  margin: true,
  verdict: true,
  p_holm: true,
  mde: true,
  bound: true,
  reason: true,
});

const comparedCellSchema = z
  .object({
    cell: z.string(),
    deployment: z.string(),
    workers: z.int(),
    users: z.int().nullable(),
    connections: z.int().nullable(),
    /** Of an open cell of one rate. */
    rate_rps: z.number().nullable(),
    workload: z.string(),
    not_comparable: z.enum(CELL_NOT_COMPARABLE).nullable(),
    /** b to a: above 1 b is better. Empty where the cell, or the experiments, cannot be compared. */
    comparisons: z.array(pairSchema),
  })
  .meta({ id: 'ComparedCell' });
export type ComparedCell = z.output<typeof comparedCellSchema>;

export const resultsComparisonSchema = z
  .object({
    a: comparedExperimentSchema,
    b: comparedExperimentSchema,
    not_comparable: z.array(z.enum(NOT_COMPARABLE)),
    cells: z.array(comparedCellSchema),
  })
  .meta({
    id: 'ResultsComparison',
    description:
      'Two experiments cell by cell, b to a. Each is one measurement session: the intervals hold nothing of what differs between sessions.',
  });
export type ResultsComparison = z.output<typeof resultsComparisonSchema>;

/**
 * Cells of one name in two experiments, b to a (S4, Welch: they share no block). The pairs of one metric are one family
 * (S6). What differs from one measurement session to the next is in none of the intervals: a gate wants a history for that.
 */
export function compareResults(a: Results, b: Results): ResultsComparison {
  const not_comparable = reasonsOf(a, b);
  const [ofA, ofB] = [storedCells(a), storedCells(b)];
  const inB = new Map(ofB.map((cell) => [cell.cell, cell]));
  const inA = new Set(ofA.map(({ cell }) => cell));
  const matched = ofA.map((cell) => ({ cell, other: inB.get(cell.cell) }));
  const pairs = matched.flatMap(({ cell, other }) =>
    other === undefined || loadedOtherwise(cell, other) !== null ? [] : [{ cell, other }],
  );
  const comparisons = comparePairs(not_comparable.length > 0 ? [] : pairs);
  return {
    a: experimentOf(a),
    b: experimentOf(b),
    not_comparable,
    cells: [
      ...matched.map(({ cell, other }) => ({
        ...identity(cell),
        not_comparable: other === undefined ? ('only-in-a' as const) : loadedOtherwise(cell, other),
        comparisons: comparisons.get(cell.cell) ?? [],
      })),
      ...ofB
        .filter(({ cell }) => !inA.has(cell))
        .map((cell) => ({ ...identity(cell), not_comparable: 'only-in-b' as const, comparisons: [] })),
    ],
  };
}

function reasonsOf(a: Results, b: Results): ResultsComparison['not_comparable'] {
  const reasons: ResultsComparison['not_comparable'] = [];
  if (a.experiment.id === b.experiment.id) reasons.push('same-experiment');
  if (!hasEnded(a.experiment.status) || !hasEnded(b.experiment.status)) reasons.push('not-ended');
  if (a.host === null || b.host === null) reasons.push('no-host');
  else if (a.host.digest !== b.host.digest) reasons.push('other-host');
  return reasons;
}

interface Pair {
  readonly cell: StoredCell;
  readonly other: StoredCell;
}

/** By the name of the cell, each compared metric. */
function comparePairs(all: readonly Pair[]): ReadonlyMap<string, ComparedCell['comparisons']> {
  const byMetric = COMPARED.flatMap((metric) => {
    const pairs = all.filter(({ cell }) => isComparedBy(cell.load.model, metric));
    const family = pairs.map(({ cell, other }) =>
      compareSides(storedSide(other, metric), storedSide(cell, metric), { metric, shuffled: false }),
    );
    return outcomesOf(family).map((outcome, i) => ({
      cell: pairs[i]?.cell.cell ?? '',
      comparison: { metric, margin: DEFAULT_MARGIN, ...outcome },
    }));
  });
  return new Map(
    [...Map.groupBy(byMetric, ({ cell }) => cell)].map(([cell, own]) => [cell, own.map((c) => c.comparison)]),
  );
}

function experimentOf({ experiment, host }: Results): ComparedExperiment {
  const { id, name, status, ended_at, labels } = experiment;
  return { experiment_id: id, name, status, ended_at, labels, host_digest: host?.digest ?? null };
}

function identity({ cell, deployment, workers, load, workload }: StoredCell) {
  const { users, connections, rate_rps } = load;
  return { cell, deployment, workers, users, connections, rate_rps, workload };
}
