import type { Markup } from '../markup.ts';
import type { View } from '../view.ts';
import { numberCell, tableMarkup, textCell } from './table.ts';
import { thinRows } from './thin-rows.ts';
import { loadText } from './trials.ts';

/** Trials that did not come to their end, with the step and the reason. */
export function failedTrialsTable(view: View): Markup | null {
  const failed = view.results.trials.filter((trial) => trial.state !== 'ok');
  if (failed.length === 0) return null;
  const { shown, says } = thinRows(failed, { kind: 'trial', source: 'the trials view of the results' });
  const kind = 'number' as const;
  return tableMarkup({
    id: 'table-failed',
    number: 'Trials without a result',
    title: 'where they stopped, and why',
    columns: [
      { head: '#', kind },
      { head: 'Deployment' },
      { head: 'Workers', kind },
      { head: 'Load' },
      { head: 'Block', kind },
      { head: 'State' },
      { head: 'Step' },
      { head: 'Reason' },
      { head: 'What happened' },
    ],
    rows: shown.map((trial) => ({
      head: trial.position,
      cells: [
        textCell(view.name(trial.deployment)),
        numberCell(trial.workers),
        textCell(loadText(view, trial.cell)),
        numberCell(trial.block),
        textCell(trial.state),
        textCell(trial.step ?? '—'),
        textCell(trial.reason ?? '—'),
        textCell(trial.says ?? '—'),
      ],
    })),
    notes: says === null ? [] : [says],
    long: failed.length > LONG,
  });
}

/** Rows that fit on a screen. */
const LONG = 24;
