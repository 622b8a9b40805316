import type { LoadPlan } from '../../core/load-plan.ts';
import type { CapacityProbe, LoadMessage, SecondRow } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';
import { CapacitySearch } from '../../load/capacity-search.ts';
import type { Terminal } from '../terminal.ts';
import { offeredRps } from './offered-rate.ts';

/** One line that is written over each second, on a terminal only. Elsewhere a line for each step of a search. */
export interface SecondLine {
  show(message: LoadMessage): void;
  clear(): void;
}

type Shown = Pick<LoadPlan, 'model' | 'workload'>;

const CLEAR = '\r\u001B[K';
/** Without a plan: nothing is offered that could stand beside the answers. */
const CLOSED: Shown = { model: { kind: 'connections', connections: 1 }, workload: [] };

export function secondLine(terminal: Terminal, stream: NodeJS.WritableStream, plan: Shown | null): SecondLine {
  if (terminal.isInteractive) return overwritten(stream, plan ?? CLOSED);
  return {
    show: (message) => {
      if (message.type === 'probe') terminal.note(probeText(message.probe));
    },
    clear: () => undefined,
  };
}

function overwritten(stream: NodeJS.WritableStream, { model, workload }: Shown): SecondLine {
  // Which rate is tried follows from what came of those before.
  const search = model.kind === 'capacity' ? new CapacitySearch(model.start_rps) : null;
  // Of a sequence, what is planned is one thing and what is answered several.
  const isPlain = workload.every(({ steps }) => steps.length === 1);
  let windowBegan_s = Infinity;
  return {
    show(message) {
      if (message.type === 'phase' && message.phase === 'window') windowBegan_s = message.t_s;
      if (message.type === 'probe') search?.judged(message.probe.rate_rps, message.probe.outcome);
      if (message.type !== 'second') return;
      const { second } = message;
      const tried = search?.next() ?? null;
      const offered = tried ?? offeredRps(model, second.t_s + 0.5 - windowBegan_s);
      const parts = secondParts(second, isPlain ? offered : null);
      const trying = tried === null ? [] : [`trying ${numberText(tried)}/s`];
      stream.write(`${CLEAR}${[...trying, ...parts].join('  ')}`);
    },
    clear: () => void stream.write(CLEAR),
  };
}

function secondParts({ t_s, phase, answered, failed, p99_ms }: SecondRow, offered: number | null): string[] {
  const planned = offered === null || phase === 'drain' ? '' : ` of ${numberText(offered)} planned`;
  const parts = [`${numberText(t_s + 1)} s`, phase, `${numberText(answered)} answers${planned}`];
  if (p99_ms !== null) parts.push(`p99 ${numberText(p99_ms)} ms`);
  if (failed > 0) parts.push(`${numberText(failed)} failed`);
  return parts;
}

/** "200/s for 10 s: passed". */
function probeText({ rate_rps, window_s, outcome }: CapacityProbe): string {
  return `${numberText(rate_rps)}/s for ${numberText(window_s)} s: ${outcome}`;
}
