import type { Results } from '../../core/results.ts';
import { countText, numberText } from '../../core/number-text.ts';
import { type Content, type Markup, markup } from '../markup.ts';
import type { View } from '../view.ts';
import { tableMarkup, textCell } from './table.ts';

type Host = NonNullable<Results['host']>;

/** One row of Table 2: a component and what it was here. */
export interface HostRow {
  readonly component: string;
  readonly here: string;
}

export function hostRows({ fingerprint, conditions }: Host): HostRow[] {
  const threads = fingerprint.threads_per_core > 1 ? `, ${fingerprint.threads_per_core} threads each` : '';
  const rows: (HostRow | null)[] = [
    { component: 'Processor', here: `${fingerprint.cpu_model}, ${countText(fingerprint.cores, 'core')}${threads}` },
    { component: 'Memory', here: `${numberText(fingerprint.memory_mb / 1024)} GiB` },
    { component: 'Operating system', here: `${fingerprint.os}, kernel ${fingerprint.kernel}, ${fingerprint.arch}` },
    fingerprint.virtualisation === null ? null : { component: 'Virtualisation', here: fingerprint.virtualisation },
    conditions === null ? null : { component: 'Cores of the server', here: coresText(conditions.server_cpus) },
    conditions === null
      ? null
      : { component: 'Cores of the load generator', here: coresText(conditions.generator_cpus) },
    conditions?.governor == null ? null : { component: 'Frequency governor', here: conditions.governor },
    conditions?.turbo == null ? null : { component: 'Turbo', here: conditions.turbo ? 'on' : 'off' },
    { component: 'Network', here: 'loopback (127.0.0.1)' },
    ...Object.entries(fingerprint.runtimes).map(([name, version]) => ({ component: runtimeName(name), here: version })),
  ];
  return rows.filter((row) => row !== null);
}

function runtimeName(name: string): string {
  return name === 'node' ? 'Node.js (load generator)' : name.charAt(0).toUpperCase() + name.slice(1);
}

function coresText(cores: readonly number[]): string {
  return cores.length === 0 ? 'not pinned' : cores.join(', ');
}

/** What the paper's Table 2 says of the same components. */
const PAPER_HOST: Readonly<Record<string, string>> = {
  Processor: 'Intel Core i5-8350U, 4 cores, 8 threads, 1.70 GHz',
  Memory: '16 GB DDR4',
  'Operating system': 'Windows 11 (64-bit)',
  Network: 'localhost (127.0.0.1)',
  Python: '3.14.2',
  'Load generator': 'Locust 2.43.3, on the same machine',
};

/** Table 2: the host, beside the paper's where the matrix has the paper's cells; then each deployment's command and versions. */
export function hostTable(view: View, besidePaper: boolean): Markup | null {
  const { host } = view.results;
  if (host === null) return null;
  const rows = [
    ...hostRows(host),
    { component: 'Load generator', here: 'Benchwright’s load engine, on the same machine' },
  ];
  return tableMarkup({
    id: 'table-2',
    number: 'Table 2',
    title: 'Host and software',
    columns: [{ head: 'Component' }, { head: 'Here' }, ...(besidePaper ? [{ head: 'The paper' }] : [])],
    rows: rows.map(({ component, here }) => ({
      head: component,
      cells: [here, ...(besidePaper ? [PAPER_HOST[component] ?? 'not given'] : [])].map(textCell),
    })),
    notes: [
      markup`Host digest <code>${host.digest.slice(0, 16)}</code>: results are comparable only where it is the same.`,
    ],
  });
}

/** What each deployment ran, exactly. */
export function softwareTable(view: View): Markup | null {
  const { software } = view.results;
  if (software.length === 0) return null;
  return tableMarkup({
    id: 'table-2-software',
    number: 'Table 2, software',
    title: 'Commands and versions',
    columns: [{ head: 'Deployment' }, { head: 'Workers', kind: 'number' }, { head: 'Command' }, { head: 'Versions' }],
    rows: software.map(({ deployment, workers, argv, versions }, i) => ({
      head: view.name(deployment),
      opens: i > 0 && software[i - 1]?.deployment !== deployment,
      cells: [
        markup`<td class="num">${workers}</td>`,
        textCell(markup`<code>${argv.join(' ')}</code>`),
        textCell(versionsText(versions)),
      ],
    })),
  });
}

function versionsText(versions: Results['software'][number]['versions']): Content {
  if (versions === null) return 'not recorded';
  const { runtime, packages, lock_sha256, commit } = versions;
  const parts = [
    ...(runtime === null ? [] : [`${runtime.name} ${runtime.version}`]),
    ...Object.entries(packages).map(([name, version]) => `${name} ${version}`),
  ];
  return [
    commit !== undefined && markup`<small>commit <code>${commit.slice(0, 12)}</code></small> `,
    parts.join(', '),
    lock_sha256 !== null && markup`<small>lock file <code>${lock_sha256.slice(0, 12)}</code></small>`,
  ];
}
