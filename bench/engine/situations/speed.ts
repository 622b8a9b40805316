import { availableParallelism } from 'node:os';
import { numberText, percentText } from '../../../src/core/number-text.ts';
import { coresForOne } from '../cores.ts';
import { startNginx } from '../nginx.ts';
import { watchProcess } from '../process-cost.ts';
import { type Round, type Row, summarise } from '../ratios.ts';
import type { Finding } from '../section.ts';
import { speedGoals } from '../speed-goals.ts';
import type { Found, Tool } from '../tools.ts';
import { BASE } from '../tools/benchwright.ts';
import type { Bench } from './bench.ts';

const CONNECTIONS = 50;

/** Requests/s of one generator core beside other load generators. All take turns in every round. */
export async function speed({ found, rounds, seconds, say }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  if (cores === null) throw new Error('two cores are needed: one for nginx, one for the generator');
  const runs = new Map<string, Round[]>(found.tools.map(({ name }) => [name, []]));
  await using server = await startNginx(cores.server);
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of turnsOf(found.tools, round)) {
      const watch = watchProcess(server.workers[0] ?? 0);
      const done = await run({ server, connections: CONNECTIONS, seconds, cpu: cores.generator[0] as number });
      runs.get(name)?.push({ ...done, server_busy: watch.stop().cpu_share });
      say(
        `round ${round + 1}/${rounds}  ${name.padEnd(12)} ${Math.round(done.rps)} requests/s${done.void ? ', void' : ''}`,
      );
    }
  }
  const rows = summarise(runs, BASE);
  return {
    table: tableOf(rows, found),
    goals: speedGoals(rows),
    how: `${CONNECTIONS} connections, medians of ${rounds} rounds of ${seconds} s each but for void ones, nginx on core ${cores.server.join()}, generator on core ${cores.generator[0]}${leftOut(found)}`,
    figures: { rows, rounds: Object.fromEntries(runs) },
  };
}

/** Each round begins with another tool: none is always the first after a pause. */
function turnsOf(tools: readonly Tool[], round: number): Tool[] {
  return tools.map((_, i) => tools[(i + round) % tools.length] as Tool);
}

function tableOf(rows: readonly Row[], { tools }: Found): string[][] {
  const cells = rows.map((row) => {
    const { tool, rps, cpu_us_per_request, memory_peak_mb, server_busy, rounds, void_rounds } = row;
    const { median, lowest, highest } = row.base_by_this;
    const version = tools.find(({ name }) => name === tool)?.version ?? '';
    const ratio = tool === BASE ? '' : `${median.toFixed(2)} (${lowest.toFixed(2)}–${highest.toFixed(2)})`;
    const name = `${tool} ${version}`.trim();
    return [
      name,
      numberText(Math.round(rps)),
      cpu_us_per_request.toFixed(1),
      memory_peak_mb.toFixed(0),
      percentText(server_busy),
      ratio,
      tool === BASE ? `${void_rounds} of ${rounds}` : '',
    ];
  });
  return [
    ['tool', 'requests/s', 'CPU µs/request', 'peak memory, MB', 'nginx busy', `${BASE} ÷ it (range)`, 'void rounds'],
    ...cells,
  ];
}

function leftOut({ missing }: Found): string {
  return missing.length === 0 ? '' : `; left out: ${missing.map(({ name }) => name).join(', ')}`;
}
