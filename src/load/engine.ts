import { lookup } from 'node:dns/promises';
import type { LoadPlan } from '../core/load-plan.ts';
import type { LoadMessage, LoadResult, SecondRow } from '../core/load-result.ts';
import type { ClosedModel } from './closed-model.ts';
import { Driver } from './driver.ts';
import { GeneratorCost } from './generator-cost.ts';
import { Ledger } from './ledger.ts';
import { assembleResult } from './load-outcome.ts';
import { connectionsModel } from './model-connections.ts';
import { usersModel } from './model-users.ts';
import { Pacer } from './pacer.ts';
import { SecondRows } from './second-rows.ts';
import { Timeline } from './timeline.ts';
import { TurnWatch } from './turn-watch.ts';

/** Connections asked for at the same time in a model without a ramp: below the smallest common accept queue (128). */
const MAX_OPENING = 100;
/** How long a stopped run still waits for answers; together with what follows it stays below the 2 s of the contract. */
const STOP_GRACE_MS = 1000;

function modelOf(plan: LoadPlan): ClosedModel {
  return plan.model.kind === 'users' ? usersModel(plan.model, plan.seed) : connectionsModel(plan.model);
}

/** One run of one plan in this process. */
class Run {
  readonly #plan: LoadPlan;
  readonly #emit: (message: LoadMessage) => void;
  readonly #model: ClosedModel;
  readonly #timeline = new Timeline(performance.now());
  readonly #cost = new GeneratorCost();
  readonly #ledger: Ledger;
  readonly #rows: SecondRows;
  readonly #turns: TurnWatch;
  readonly #driver: Driver;
  readonly #pacer: Pacer;
  readonly #finished = Promise.withResolvers<LoadResult | null>();
  #arrived = 0;
  #phase: SecondRow['phase'] | null = null;
  #windowOpened = false;
  #windowCost: ReturnType<GeneratorCost['sinceWindowOpened']> | null = null;
  #stoppedAt = Infinity;

  constructor(plan: LoadPlan, address: string, emit: (message: LoadMessage) => void) {
    this.#plan = plan;
    this.#emit = emit;
    this.#model = modelOf(plan);
    this.#ledger = new Ledger(this.#timeline, plan.timeout_s * 1000);
    this.#rows = new SecondRows(this.#timeline, this.#cost, (second) => emit({ type: 'second', second }));
    this.#turns = new TurnWatch(this.#timeline);
    this.#pacer = new Pacer(
      this.#turns,
      (now) => this.#work(now),
      () => this.#driver.underWay.size === 0,
    );
    this.#driver = new Driver({
      plan,
      model: this.#model,
      address,
      timeline: this.#timeline,
      ledger: this.#ledger,
      rows: this.#rows,
      turns: this.#turns,
      wake: (now) => this.#wake(now),
    });
  }

  run(signal: AbortSignal): Promise<LoadResult | null> {
    if (this.#model.rampMs !== null) this.#endRamp(this.#timeline.start + this.#model.rampMs);
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (signal.aborted) this.#stop();
    this.#pacer.start();
    return this.#finished.promise;
  }

  #moment(): { users: number; inFlight: number; spunMs: number } {
    return { users: this.#arrived, inFlight: this.#driver.underWay.size, spunMs: this.#turns.spunMs };
  }

  #wake(now: number): void {
    if (now >= this.#rows.nextEnd) this.#rows.roll(now, this.#moment());
    this.#pacer.wake(now);
  }

  #endRamp(at: number): void {
    this.#timeline.endRamp(at, this.#plan.warmup_s * 1000, this.#plan.window_s * 1000);
    this.#rows.fixEnd();
  }

  #stop(): void {
    if (this.#stoppedAt !== Infinity) return;
    this.#stoppedAt = performance.now();
    this.#driver.due.clear();
    this.#timeline.cut(this.#stoppedAt);
    this.#rows.fixEnd();
  }

  /** All that is due at the end of a turn of the event loop. Returns the time of the next planned thing. */
  #work(now: number): number {
    if (now >= this.#rows.nextEnd) this.#rows.roll(now, this.#moment());
    this.#passPhases(now);
    const { due, underWay } = this.#driver;
    for (let slot = underWay.expired(now); slot >= 0; slot = underWay.expired(now)) this.#driver.expire(slot, now);
    this.#admit(now);
    while (due.nextTime() <= performance.now()) {
      const slot = due.take();
      this.#driver.launch(slot, performance.now());
    }
    if (now >= this.#timeline.windowEnd && due.size === 0) {
      if (underWay.size === 0 || now >= this.#stoppedAt + STOP_GRACE_MS) this.#finish(now);
    }
    return Math.min(due.nextTime(), this.#nextArrival());
  }

  #nextArrival(): number {
    if (this.#arrived === this.#model.slots || this.#model.rampMs === null) return Infinity;
    return this.#timeline.start + this.#model.arrivalMs(this.#arrived);
  }

  #admit(now: number): void {
    const { slots, rampMs } = this.#model;
    while (this.#arrived < slots && now < this.#timeline.windowEnd) {
      const isDue = rampMs === null ? this.#driver.connections.opening < MAX_OPENING : this.#nextArrival() <= now;
      if (!isDue) return;
      this.#arrived += 1;
      this.#driver.arrive(this.#arrived - 1, now);
    }
  }

  #passPhases(now: number): void {
    if (this.#timeline.rampEnd === Infinity && this.#driver.settled === this.#model.slots) this.#endRamp(now);
    const phase = this.#timeline.phaseAt(now);
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (phase === 'window') {
      this.#windowOpened = true;
      this.#cost.openWindow(this.#turns.spunMs);
    }
    if (phase === 'drain') {
      this.#windowCost = this.#cost.sinceWindowOpened(this.#turns.spunMs);
    }
    this.#emit({ type: 'phase', phase, t_s: Math.round(now - this.#timeline.start) / 1000 });
  }

  #finish(now: number): void {
    this.#pacer.stop();
    const givenUp = this.#driver.giveUp();
    this.#driver.connections.dropAll();
    this.#turns.end(performance.now());
    this.#rows.finish(now, this.#moment());
    this.#cost.stop();
    if (!this.#windowOpened || this.#windowCost === null) return this.#finished.resolve(null);
    return this.#finished.resolve(
      assembleResult({
        plan: this.#plan,
        timeline: this.#timeline,
        ledger: this.#ledger,
        turns: this.#turns,
        driver: this.#driver,
        cost: this.#windowCost,
        rssMb: this.#cost.rssMb,
        seconds: this.#rows.rows,
        givenUp,
      }),
    );
  }
}

/**
 * Runs the plan from ramp to the last answer. Aborting stops it: what the window has measured by then is the result.
 * @returns null when it was stopped before the window began.
 * @throws when the host's name cannot be resolved or the request cannot be written.
 */
export async function runPlan(
  plan: LoadPlan,
  emit: (message: LoadMessage) => void,
  signal: AbortSignal,
): Promise<LoadResult | null> {
  const { address } = await lookup(plan.host);
  return new Run(plan, address, emit).run(signal);
}
