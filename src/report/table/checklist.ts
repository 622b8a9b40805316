import type { CellLoad } from '../../core/cell-load.ts';
import { limitWords, rateUnit } from '../../core/load-words.ts';
import { countText, declaredText, listText } from '../../core/number-text.ts';
import type { Results } from '../../core/results.ts';
import { CUSTOM_WORKLOAD } from '../../core/workload-name.ts';
import type { Content, Markup } from '../markup.ts';
import { markup } from '../markup.ts';
import { type Family, levelText } from '../families.ts';
import type { View } from '../view.ts';
import { hostRows } from './host.ts';
import { tableMarkup, textCell } from './table.ts';

const NOT_RECORDED = 'not recorded';

/** Table C: the reproducibility checklist, each item answered with what was recorded. */
export function checklistTable(view: View): Markup {
  return tableMarkup({
    id: 'table-c',
    number: 'Table C',
    title: 'Reproducibility checklist, filled in from what was recorded',
    columns: [{ head: 'Item' }, { head: 'Recorded' }],
    rows: checklist(view).map(([head, recorded]) => ({ head, cells: [textCell(recorded)] })),
  });
}

type Item = readonly [string, Content];

function checklist(view: View): Item[] {
  const { results } = view;
  return [...environment(results), ...protocol(results), ...view.families.map(familyItem), ...order(results)];
}

function environment(results: Results): Item[] {
  const runtimes = [
    ...new Set(
      results.software.flatMap(({ versions }) =>
        versions?.runtime ? [`${versions.runtime.name} ${versions.runtime.version}`] : [],
      ),
    ),
  ];
  const servers = [
    ...new Set(
      results.software.flatMap(({ deployment, versions }) => {
        const server = results.cells.find((cell) => cell.deployment === deployment)?.server;
        const version = server === undefined ? undefined : versions?.packages[server];
        return server === undefined ? [] : [version === undefined ? server : `${server} ${version}`];
      }),
    ),
  ];
  const locks = results.software.filter(({ versions }) => versions?.lock_sha256 != null).length;
  const conditions = results.host?.conditions ?? null;
  return [
    ['Language runtimes', runtimes.length === 0 ? NOT_RECORDED : runtimes.join(', ')],
    ['Hardware', results.host === null ? NOT_RECORDED : (hostRows(results.host)[0]?.here ?? NOT_RECORDED)],
    ['Servers', servers.length === 0 ? NOT_RECORDED : servers.join(', ')],
    ['Dependencies locked by hash', `${locks} of ${countText(results.software.length, 'deployment and worker count')}`],
    ['Load tool', 'Benchwright’s load engine'],
    ['Network', 'loopback (127.0.0.1)'],
    ['Server and generator apart', conditions === null ? NOT_RECORDED : apart(conditions)],
  ];
}

function apart(conditions: NonNullable<NonNullable<Results['host']>['conditions']>): string {
  const { server_cpus, generator_cpus, smt_shared } = conditions;
  if (server_cpus.length === 0 || generator_cpus.length === 0) return 'not pinned to cores';
  return `server on cores ${server_cpus.join(', ')}; generator on ${generator_cpus.join(', ')}${smt_shared ? '; they share physical cores' : ''}`;
}

function protocol({ experiment, cells }: Results): Item[] {
  const { spec } = experiment;
  const workloads = [...new Set(cells.map((cell) => cell.workload))];
  return [
    [
      'Same requests and answers',
      workloads.includes(CUSTOM_WORKLOAD)
        ? 'the requests that the spec lists; status, headers and body of the contract’s checked before every trial'
        : `workload ${workloads.join(', ')}: status, headers and body checked against one contract before every trial`,
    ],
    ['Worker counts', [...new Set(cells.map((cell) => cell.workers))].join(', ')],
    ['Repetitions', secondsOf(spec['repetitions'], '')],
    ['Warm-up before the window', secondsOf(spec['warmup_s'], ' s')],
    ['Measured window', secondsOf(spec['window_s'], ' s')],
    ['Timeout of a request', secondsOf(spec['timeout_s'], ' s')],
    ['Fresh server process', 'for every trial'],
  ];
}

function secondsOf(value: unknown, unit: string): string {
  return typeof value === 'number' ? `${declaredText(value)}${unit}` : NOT_RECORDED;
}

function familyItem(family: Family): Item {
  const load = family.cells[0]?.load;
  const levels = family.levels.map(declaredText);
  switch (family.kind) {
    case 'connections':
      return ['Load: capacity', `${family.levels.join(', ')} connections without think time`];
    case 'rate':
      return ['Load: rates', `${listText(levels)} ${rateUnit(load ?? {})}, ${arrivalsText(load)}`];
    case 'stages':
      return [
        'Load: stages',
        `${(load?.stages ?? []).map((stage) => stageText(stage, rateUnit(load ?? {}))).join('; then ')}; ${arrivalsText(load)}`,
      ];
    case 'capacity':
      return ['Load: capacity within a limit', `${limitWords(load?.limit ?? null)}, ${arrivalsText(load)}`];
    default: {
      const think = `${declaredText(load?.think_time_mean_s ?? 0)} s think time on average`;
      const ramp = load?.ramp_users_per_s == null ? '' : `, ramp ${declaredText(load.ramp_users_per_s)} users/s`;
      const { levels: users } = family;
      return [
        'Load: users',
        `${users.slice(0, -1).join(', ')}${users.length > 1 ? ' and ' : ''}${levelText(family, users.at(-1) ?? 0)}, ${think}${ramp}`,
      ];
    }
  }
}

function arrivalsText(load: CellLoad | undefined): string {
  const pool = load?.pool == null ? '' : `, ${load.pool.connections} to ${load.pool.max_connections} connections`;
  return `${load?.arrivals === 'constant' ? 'evenly spaced' : 'Poisson'} arrivals${pool}`;
}

function stageText({ from_rps, to_rps, for_s }: NonNullable<CellLoad['stages']>[number], unit: string): string {
  const rate = from_rps === to_rps ? declaredText(from_rps) : `${declaredText(from_rps)} to ${declaredText(to_rps)}`;
  return `${rate} ${unit} for ${declaredText(for_s)} s`;
}

function order({ experiment, schedule }: Results): Item[] {
  return [
    ['Order of the trials', `${countText(schedule.length, 'block')}, each holds every cell once, shuffled by seed`],
    [
      'Seed',
      typeof experiment.spec['seed'] === 'number' ? markup`<code>${experiment.spec['seed']}</code>` : NOT_RECORDED,
    ],
    ['Raw data', 'every trial in Table A1; requests and seconds as CSV from the service'],
  ];
}
