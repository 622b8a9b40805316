import type { SecondRow } from '../core/load-result.ts';

/** When the phases of a run begin, in ms on the engine's clock; Infinity where it is not known yet. */
export class Timeline {
  readonly start: number;
  rampEnd = Infinity;
  windowStart = Infinity;
  windowEnd = Infinity;

  constructor(start: number) {
    this.start = start;
  }

  /** The last user is present: the warm-up begins, and with it the window's place is fixed. */
  endRamp(now: number, warmupMs: number, windowMs: number): void {
    this.rampEnd = now;
    this.windowStart = now + warmupMs;
    this.windowEnd = this.windowStart + windowMs;
  }

  /** Nothing is planned from now on. */
  cut(now: number): void {
    this.rampEnd = Math.min(this.rampEnd, now);
    this.windowStart = Math.min(this.windowStart, now);
    this.windowEnd = Math.min(this.windowEnd, now);
  }

  phaseAt(time: number): SecondRow['phase'] {
    if (time < this.rampEnd) return 'ramp';
    if (time < this.windowStart) return 'warmup';
    return time < this.windowEnd ? 'window' : 'drain';
  }

  isInWindow(time: number): boolean {
    return time >= this.windowStart && time < this.windowEnd;
  }
}
