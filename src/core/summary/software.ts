import type { Results } from '../results.ts';
import type { JudgedCell } from './judged-cells.ts';

/** Command and versions by deployment and worker count, from the first trial that recorded them. */
export function softwareOf(cells: readonly JudgedCell[]): Results['software'] {
  const groups = Map.groupBy(cells, ({ cell }) => `${cell.deployment} ${cell.workers}`);
  return [...groups.values()].flatMap((group) => {
    const results = group.flatMap((cell) => cell.trials.map((trial) => trial.result));
    const best =
      results.find((r) => r.versions !== null && r.argv.length > 0) ?? results.find((r) => r.argv.length > 0);
    const cell = group[0]?.cell;
    if (best === undefined || cell === undefined) return [];
    return [
      {
        deployment: cell.deployment,
        workers: cell.workers,
        interface: best.interface,
        argv: best.argv,
        versions: best.versions,
      },
    ];
  });
}
