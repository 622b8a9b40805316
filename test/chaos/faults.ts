import type { Phase } from './phase-watch.ts';

export const ACTIONS = ['kill', 'freeze', 'cut'] as const;
export const PARTS = ['api', 'database', 'runner', 'generator', 'server'] as const;
type Action = (typeof ACTIONS)[number];
type Part = (typeof PARTS)[number];

/** kill: SIGKILL · freeze: SIGSTOP, later SIGCONT · cut: its connections are reset, and for a while refused. */
export type Kind = `${Action} ${Part}`;
export const KINDS: readonly Kind[] = ACTIONS.flatMap((action) => PARTS.map((part): Kind => `${action} ${part}`));

const GENERATING: readonly Phase[] = ['probe', 'floor', 'warmup', 'window'];
const SERVING: readonly Phase[] = ['probe', 'starting', 'contract', 'warmup', 'window', 'stop'];
const CONNECTED: readonly Phase[] = ['probe', 'contract', 'warmup', 'window'];

/** Why a kind of fault cannot be in a phase; null: it can. */
export function impossible(kind: Kind, phase: Phase): string | null {
  switch (kind) {
    case 'cut generator':
      return 'its connections are those of the server under test: counted there';
    case 'kill generator':
    case 'freeze generator':
      return GENERATING.includes(phase) ? null : 'no generator runs';
    case 'kill server':
    case 'freeze server':
      return SERVING.includes(phase) ? null : 'no server under test runs';
    case 'cut server':
      if (CONNECTED.includes(phase)) return null;
      return SERVING.includes(phase) ? 'nobody is connected to the server' : 'no server under test runs';
    default:
      return null;
  }
}
