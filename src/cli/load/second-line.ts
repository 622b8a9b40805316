import type { LoadModel } from '../../core/load-plan.ts';
import type { CapacityProbe, LoadMessage, SecondRow } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';
import type { Terminal } from '../terminal.ts';
import { offeredRps } from './offered-rate.ts';

/** One line that is written over each second, on a terminal only. Elsewhere a line for each step of a search. */
export interface SecondLine {
  show(message: LoadMessage): void;
  clear(): void;
}

const CLEAR = '\r\u001B[K';

export function secondLine(terminal: Terminal, stream: NodeJS.WritableStream, model: LoadModel): SecondLine {
  if (!terminal.isInteractive) {
    return {
      show: (message) => {
        if (message.type === 'probe') terminal.note(probeText(message.probe));
      },
      clear: () => undefined,
    };
  }
  let windowBegan_s = Infinity;
  let last: CapacityProbe | null = null;
  return {
    show(message) {
      if (message.type === 'phase') windowBegan_s = message.phase === 'window' ? message.t_s : windowBegan_s;
      else if (message.type === 'probe') last = message.probe;
      else if (message.type === 'second') {
        const { second } = message;
        const offered = offeredRps(model, second.t_s + 0.5 - windowBegan_s);
        const parts = [...secondParts(second, offered), ...(last === null ? [] : [`last: ${probeText(last)}`])];
        stream.write(`${CLEAR}${parts.join('  ')}`);
      }
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

/** "200 requests/s for 10 s: passed". */
function probeText({ rate_rps, window_s, outcome }: CapacityProbe): string {
  return `${numberText(rate_rps)} requests/s for ${numberText(window_s)} s: ${outcome}`;
}
