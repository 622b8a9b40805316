import { printFields } from '../fields.ts';
import { harmless, type Terminal } from '../terminal.ts';

/** A delivery of the outbox as the service tells of it. */
export interface DeliveryDocument {
  readonly id: string;
  readonly event: string;
  readonly state: string;
  readonly attempts: number;
  readonly created_at: string;
  readonly next_attempt_at: string | null;
  readonly experiment_id: string | null;
}

/** With what came of each attempt. */
export interface AttemptLog {
  readonly log: readonly {
    readonly n: number;
    readonly at: string;
    readonly status: number | null;
    readonly error: string | null;
    readonly duration_ms: number;
    readonly answer: string;
  }[];
}

/** `about`: what it is beside its event. */
export function deliveryFields(delivery: DeliveryDocument, about: readonly string[] = []): string[] {
  const { id, event, state, attempts, created_at, experiment_id } = delivery;
  return [id, created_at, state.padEnd(9), `${String(attempts).padStart(2)}×`, ...about, event, experiment_id ?? ''];
}

/** The attempts so far, and when the next one is made. */
export function printLog(terminal: Terminal, { log, next_attempt_at }: AttemptLog & DeliveryDocument): void {
  for (const { n, at, status, error, duration_ms, answer } of log) {
    printFields(terminal, [`  ${n}`, at, String(status ?? 'no answer'), `${duration_ms} ms`, error ?? '']);
    // What a receiver has said, who may be anybody.
    if (answer !== '') terminal.print(harmless(answer).replaceAll(/^/gm, '     '));
  }
  if (next_attempt_at !== null) terminal.print(`  the next attempt: ${next_attempt_at}`);
}
