import type { LoadMessage } from '../../core/load-result.ts';
import { numberText } from '../../core/number-text.ts';
import type { Terminal } from '../terminal.ts';

/** One line that is written over each second, on a terminal only. */
export interface SecondLine {
  show(message: LoadMessage): void;
  clear(): void;
}

const CLEAR = '\r\u001B[K';

export function secondLine(terminal: Terminal, stream: NodeJS.WritableStream): SecondLine {
  if (!terminal.isInteractive) return { show: () => undefined, clear: () => undefined };
  return {
    show(message) {
      if (message.type !== 'second') return;
      const { t_s, phase, answered, failed, p99_ms } = message.second;
      const parts = [`${numberText(t_s + 1)} s`, phase, `${numberText(answered)} answers`];
      if (p99_ms !== null) parts.push(`p99 ${numberText(p99_ms)} ms`);
      if (failed > 0) parts.push(`${numberText(failed)} failed`);
      stream.write(`${CLEAR}${parts.join('  ')}`);
    },
    clear: () => void stream.write(CLEAR),
  };
}
