import { countText, listText } from '../../number-text.ts';
import type { CellResult } from '../../results.ts';
import { causeOf } from './causes.ts';
import type { AnswerFacts } from './situation.ts';

const MAX_GROUPS = 3;

/** What came before the end, if it was not the planned one. */
export function endSentence({ experiment, partial }: AnswerFacts): string | null {
  const { status, reason, trials_done, trials_planned } = experiment;
  const after = `${trials_done} of ${countText(trials_planned, 'trial')}`;
  if (partial) return `So far ${after} ${trials_done === 1 ? 'is' : 'are'} done; what follows may still change.`;
  if (status === 'canceled') return `The experiment was canceled after ${after}.`;
  if (status === 'failed') return `The experiment failed after ${after}${reason === null ? '' : ` (${reason})`}.`;
  return null;
}

/** Which deployments are missing from the comparisons, and why. */
export function leftOutSentence({ cells, trials }: AnswerFacts): string | null {
  const invalid = cells.filter((cell) => cell.validity === 'invalid');
  if (invalid.length === 0) return null;
  const groups = Map.groupBy(invalid, (cell) => JSON.stringify([cell.deployment, causeOf(cell, trials)]));
  const texts = [...groups.values()].map((group) => {
    const [first] = group;
    return first === undefined ? '' : `${whichCells(group, cells)} because ${causeOf(first, trials)}`;
  });
  const more = texts.slice(MAX_GROUPS).length;
  const shown =
    more > 0 ? [...texts.slice(0, MAX_GROUPS), `${countText(more, 'more group')} (see the findings)`] : texts;
  return `Not compared: ${shown.join('; ')}.`;
}

function whichCells(group: readonly CellResult[], all: readonly CellResult[]): string {
  const deployment = group[0]?.deployment ?? '';
  const own = all.filter((cell) => cell.deployment === deployment);
  if (own.length === group.length) return deployment;
  const workers = [...new Set(group.map((cell) => cell.workers))];
  const [only] = workers;
  if (workers.length === 1 && own.filter((cell) => cell.workers === only).length === group.length)
    return `${deployment} with ${countText(only ?? 0, 'worker')}`;
  return group.length === 1 ? (group[0]?.cell ?? '') : `${deployment} in ${group.length} of ${own.length} cells`;
}

/** How far the whole may be believed. */
export function standingSentence({ cells }: AnswerFacts): string {
  const run = cells.filter((cell) => cell.trials.length > 0 || cell.validity === 'invalid');
  const of = (validity: CellResult['validity']) => run.filter((cell) => cell.validity === validity);
  const suspect = of('suspect');
  const rules = [
    ...new Set(suspect.flatMap((cell) => cell.findings.filter((f) => f.severity === 'SUSPECT').map((f) => f.rule))),
  ];
  const parts = [
    `${of('valid').length} ${of('valid').length === 1 ? 'is' : 'are'} valid`,
    ...(suspect.length > 0 ? [`${suspect.length} suspect (${rules.join(', ')})`] : []),
    ...(of('invalid').length > 0 ? [`${of('invalid').length} invalid`] : []),
  ];
  return `Of ${countText(run.length, 'cell')} ${listText(parts)}; ${intervalText(cells)}.`;
}

function intervalText(cells: readonly CellResult[]): string {
  const counts = cells.filter((cell) => cell.validity !== 'invalid' && cell.n > 0).map((cell) => cell.n);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (counts.length === 0) return 'nothing can be compared';
  if (most === 1) return 'each was measured once (n = 1), so no interval is possible and no difference is claimed';
  const n = least === most ? String(most) : `${least} to ${most}`;
  return `intervals are 95 % over n = ${n} trials a cell and hold for this host and this measurement session`;
}
