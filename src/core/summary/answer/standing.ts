import { countText, listText } from '../../number-text.ts';
import type { CellResult } from '../../results.ts';
import { causeOf } from './causes.ts';
import type { AnswerFacts } from './situation.ts';

const MAX_CAUSES = 3;
const MAX_NAMES = 6;

/** What came before the end, if it was not the planned one. */
export function endSentence({ experiment, partial }: AnswerFacts): string | null {
  const { status, reason, trials_done, trials_planned } = experiment;
  const after = `${trials_done} of ${countText(trials_planned, 'trial')}`;
  if (partial) return `So far ${after} ${trials_done === 1 ? 'is' : 'are'} done; what follows may still change.`;
  if (status === 'canceled') return `The experiment was canceled after ${after}.`;
  if (status === 'failed') return `The experiment failed after ${after}${reason === null ? '' : ` (${reason})`}.`;
  return null;
}

/** Which cells are missing from the comparisons, and why: by cause, then by deployment. */
export function leftOutSentence({ cells, trials }: AnswerFacts): string | null {
  const invalid = cells.filter((cell) => cell.validity === 'invalid');
  if (invalid.length === 0) return null;
  const texts = [...Map.groupBy(invalid, (cell) => causeOf(cell, trials))].map(([cause, group]) => {
    const byDeployment = [...Map.groupBy(group, (cell) => cell.deployment).values()];
    const names = byDeployment.map((own) => whichCells(own, cells));
    return `${names.length > MAX_NAMES ? countText(group.length, 'cell') : listText(names)} (${cause})`;
  });
  const more = texts.slice(MAX_CAUSES).length;
  const shown = [
    ...texts.slice(0, MAX_CAUSES),
    ...(more > 0 ? [`${countText(more, 'more cause')}, see the findings`] : []),
  ];
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
  const run = cells.filter((cell) => cell.validity !== null);
  const of = (validity: CellResult['validity']) => run.filter((cell) => cell.validity === validity);
  const suspect = of('suspect');
  const rules = [
    ...new Set(suspect.flatMap((cell) => cell.findings.filter((f) => f.severity === 'SUSPECT').map((f) => f.rule))),
  ];
  if (of('valid').length === run.length) {
    const all = run.length === 1 ? 'The one cell is' : `All ${run.length} cells are`;
    return `${all} valid; ${intervalText(cells)}.`;
  }
  const named = [
    { count: of('valid').length, as: 'valid' },
    { count: suspect.length, as: `suspect (${rules.join(', ')})` },
    { count: of('invalid').length, as: 'invalid' },
  ].filter(({ count }) => count > 0);
  const verb = named[0]?.count === 1 ? 'is ' : 'are ';
  const parts = named.map(({ count, as }, i) => `${count} ${i === 0 ? verb : ''}${as}`);
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
