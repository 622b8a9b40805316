import { compareCells } from '../compare/compare-cells.ts';
import { expandMatrix } from '../matrix.ts';
import type { Results } from '../results.ts';
import { answerInWords } from './answer/answer-in-words.ts';
import type { AnswerFacts } from './answer/situation.ts';
import { cellResult } from './cell-result.ts';
import { comparableCell } from './comparable-cells.ts';
import { deploymentNames, nameOf } from './deployment-names.ts';
import type { ExperimentFacts } from './facts.ts';
import { gateOf } from './gate.ts';
import { judgeCells } from './judged-cells.ts';
import { judgeTrials } from './judged-trials.ts';
import { softwareOf } from './software.ts';
import { trialRows } from './trial-rows.ts';

/** To be raised with every change that gives other results from the same facts: stored ones of an older version are made anew. */
export const RESULTS_VERSION = 5;

/**
 * All that JSON, CSV, page and terminal show of an experiment, from what is stored of it. Pure: the same facts give the
 * same results, byte for byte.
 */
export function summarise(facts: ExperimentFacts): Results {
  const planned = expandMatrix(facts.spec);
  const judged = judgeCells(facts, planned, judgeTrials(facts, planned));
  const cells = judged.map(cellResult);
  const trials = trialRows(judged, facts.schedule);
  const comparisons = compareCells(judged.map(comparableCell));
  const { experiment, host, partial } = facts;
  const gate = gateOf(facts, judged);
  const answered = { experiment, cells, trials, comparisons, partial, ...gate };
  return {
    schema_version: 1,
    experiment,
    host,
    schedule: facts.schedule.map(({ block, cells: order }) => ({ block, cells: [...order] })),
    targets: [...facts.targets],
    software: softwareOf(judged),
    cells,
    trials,
    comparisons,
    ...gate,
    answer: answerInWords(byName(answered, facts.targets)),
    partial,
  };
}

/** The facts of the answer with deployments under the names that tables and figures give them. */
function byName(facts: AnswerFacts, targets: ExperimentFacts['targets']): AnswerFacts {
  const names = deploymentNames({ cells: facts.cells, targets });
  return {
    ...facts,
    cells: facts.cells.map((cell) => ({ ...cell, deployment: nameOf(names, cell.deployment) })),
    trials: facts.trials.map((trial) => ({ ...trial, deployment: nameOf(names, trial.deployment) })),
    comparisons: facts.comparisons.map((c) => ({ ...c, a: nameOf(names, c.a), b: nameOf(names, c.b) })),
  };
}
