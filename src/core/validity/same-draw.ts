import type { Finding } from '../finding.ts';
import { numberText } from '../number-text.ts';
import { type CellFacts, type MeasuredTrial, ofTrial } from './facts.ts';
import { hasSequences } from './per-request.ts';

/** All that the draw of an open load follows from, beside the seed, which is that of the block: null where it does not decide the counts. */
function drawKey(trial: MeasuredTrial): string | null {
  const { cell, load, result } = trial;
  if (cell.load.model !== 'open' || load.by_request === undefined || load.not_sent > 0 || hasSequences(trial))
    return null;
  return JSON.stringify([result.block, cell.load, cell.workers, result.host?.generator_cpus.length ?? null]);
}

/**
 * Was every deployment asked for the same? In an open model the requests of a list are drawn from the seed of the block before anything
 * is answered: of single requests, all of which were sent, each name has exactly as many as with any other deployment. A closed model
 * draws for as long as the server lets it, and a sequence goes on only if the step before went well: there are shares to judge instead
 * (`workload-mix.ts`).
 */
export function sameDraw(cells: readonly CellFacts[]): Finding[] {
  const trials = cells.flatMap(({ usable }) => usable);
  const groups = Map.groupBy(trials, drawKey);
  return [...groups].flatMap(([key, group]) => {
    const [first, ...others] = group;
    return key === null || first === undefined ? [] : others.flatMap((trial) => unlike(trial, first));
  });
}

function unlike(trial: MeasuredTrial, first: MeasuredTrial): Finding[] {
  const expected = new Map(first.load.by_request?.map(({ name, requests }) => [name, requests]));
  const off = (trial.load.by_request ?? []).find(({ name, requests }) => requests !== expected.get(name));
  if (off === undefined) return [];
  const drawn = expected.get(off.name) ?? 0;
  return [
    ofTrial(trial, {
      rule: 'workload-mix-differs',
      severity: 'INVALID',
      evidence: { request: off.name, requests: off.requests, drawn },
      says: `${off.name} was asked for ${numberText(off.requests)} times in the window, of ${first.cell.deployment} ${numberText(drawn)} times: one seed draws the same for both.`,
      remedy: 'This is a fault of the load engine: please report it with both trials.',
    }),
  ];
}
