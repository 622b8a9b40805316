import type { RunnerEvent } from '../../src/runner/event.ts';

/** Where an experiment is, as its runner tells. `null` between them: the runner is down, or has nothing to do. */
export const PHASES = [
  'queued',
  'claimed',
  'provisioning',
  'probe',
  'floor',
  'starting',
  'contract',
  'warmup',
  'window',
  'stop',
  'upload',
  'finish',
] as const;
export type Phase = (typeof PHASES)[number];

/** Follows the runner's log, and tells of each phase as it is entered. */
export class PhaseWatch {
  #phase: Phase | null = null;
  readonly #listeners = new Set<(phase: Phase) => void>();
  readonly #eventListeners = new Set<(event: RunnerEvent) => void>();

  get now(): Phase | null {
    return this.#phase;
  }

  /** An experiment is being submitted while the runner waits for one. */
  queued(): void {
    this.#enter('queued');
  }

  /** The runner has ended: what comes next begins with a claim. */
  lost(): void {
    this.#phase = null;
  }

  onEntry(listener: (phase: Phase) => void): void {
    this.#listeners.add(listener);
  }

  onEvent(listener: (event: RunnerEvent) => void): void {
    this.#eventListeners.add(listener);
  }

  /** One line of the runner's log at level debug; others say nothing here. */
  heardLine(line: string): void {
    const event = eventIn(line);
    if (event === null) return;
    for (const listener of this.#eventListeners) listener(event);
    const phase = phaseOf(event);
    if (phase !== null) this.#enter(phase);
  }

  #enter(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    for (const listener of this.#listeners) listener(phase);
  }
}

/** Null: none, or a line that a kill has cut off. */
function eventIn(line: string): RunnerEvent | null {
  try {
    return (JSON.parse(line) as { event?: RunnerEvent }).event ?? null;
  } catch {
    return null;
  }
}

/** Null: the event begins no phase. Between jobs it is still `finish`: whether that is over only the service knows. */
function phaseOf(event: RunnerEvent): Phase | null {
  switch (event.type) {
    case 'job-claimed':
      return 'claimed';
    case 'provisioning':
    case 'probe':
    case 'floor':
      return event.type;
    case 'trial-started':
      return 'starting';
    case 'step':
      if (event.step === 'contract' || event.step === 'stop') return event.step;
      return 'starting';
    case 'phase':
      return event.phase === 'window' || event.phase === 'drain' ? 'window' : 'warmup';
    case 'spooled':
      return 'upload';
    case 'finishing':
    case 'job-ended':
      return 'finish';
    default:
      return null;
  }
}
