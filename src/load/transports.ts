import type { DriverName, ParsedPlan } from '../core/load-plan.ts';
import type { Iterations } from './iterations.ts';
import type { Script } from './script.ts';
import { SocketTransport } from './socket-transport.ts';
import type { Transport, TransportEvents } from './transport.ts';

export interface TransportOptions {
  readonly plan: ParsedPlan;
  readonly slots: number;
  /** Where the plan's host is: an IP address, so that no name is looked up while the clock runs. */
  readonly address: string;
  readonly script: Script;
  readonly iterations: Iterations;
  readonly events: TransportEvents;
}

export type MakeTransport = (options: TransportOptions) => Transport;

/** undici is read only where it is asked for: it would cost every other run its memory. */
export async function transportOf(driver: DriverName): Promise<MakeTransport> {
  if (driver === 'socket') return (options) => new SocketTransport(options);
  const { UndiciTransport } = await import('./undici-transport.ts');
  return (options) => new UndiciTransport(options);
}
