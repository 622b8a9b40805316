import { countText } from '../core/number-text.ts';
import { hasEnded } from '../core/job.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import type { Badge } from '../report/badge.ts';

export type ValidityCounts = readonly { readonly validity: string | null; readonly cells: number }[];

const LABEL = 'benchwright';

/** "succeeded · 6 cells valid", "running · 12 of 108 trials", "failed · runner-lost". `counts`: of an ended experiment. */
export function badgeOf(row: ExperimentRow, counts: ValidityCounts): Badge {
  const message = messageOf(row, counts);
  return { label: LABEL, message, tone: toneOf(row, counts), title: `${row.name}: ${message}` };
}

function messageOf(row: ExperimentRow, counts: ValidityCounts): string {
  if (row.status === 'queued') return 'queued';
  if (row.status === 'running') return `running · ${row.trials_done} of ${row.trials_planned} trials`;
  const reason = row.reason === null || row.reason === row.status ? '' : ` · ${row.reason}`;
  return row.status === 'succeeded' ? `succeeded · ${validText(counts)}` : `${row.status}${reason}`;
}

function validText(counts: ValidityCounts): string {
  const all = counts.reduce((sum, { cells }) => sum + cells, 0);
  const valid = validOf(counts);
  return valid === all ? `${countText(all, 'cell')} valid` : `${valid} of ${countText(all, 'cell')} valid`;
}

function validOf(counts: ValidityCounts): number {
  return counts.find(({ validity }) => validity === 'valid')?.cells ?? 0;
}

function toneOf({ status }: ExperimentRow, counts: ValidityCounts): Badge['tone'] {
  if (!hasEnded(status)) return status === 'running' ? 'busy' : 'idle';
  if (status === 'canceled') return 'idle';
  if (status === 'failed' || validOf(counts) === 0) return 'bad';
  return counts.every(({ validity }) => validity === 'valid') ? 'good' : 'warn';
}
