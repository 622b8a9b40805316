import type { ParsedPlan } from '../core/load-plan.ts';
import { windowS } from '../core/load-plan.ts';
import type { SecondRow } from '../core/load-result.ts';
import type { ClosedModel } from './closed-model.ts';
import { ClosedPopulation } from './closed-population.ts';
import { Driver } from './driver.ts';
import { type Cost, GeneratorCost } from './generator-cost.ts';
import { Iterations } from './iterations.ts';
import { Ledger } from './ledger.ts';
import { connectionsModel } from './model-connections.ts';
import { rateModel } from './model-rate.ts';
import { stagesModel } from './model-stages.ts';
import { usersModel } from './model-users.ts';
import type { OpenModel } from './open-model.ts';
import { OpenPopulation, openSlots } from './open-population.ts';
import { Pacer } from './pacer.ts';
import type { Population } from './population.ts';
import { RequestBook } from './request-book.ts';
import { Script } from './script.ts';
import { type Moment, type RowCounts, SecondRows } from './second-rows.ts';
import type { Share } from './share.ts';
import { Timeline } from './timeline.ts';
import type { MakeTransport } from './transports.ts';
import { TurnWatch } from './turn-watch.ts';

/** How long a stopped run still waits for answers; together with what follows it stays below the 2 s of the contract. */
const STOP_GRACE_MS = 1000;

export interface RunOptions {
  readonly plan: ParsedPlan;
  /** Where the plan's host is: an IP address. */
  readonly address: string;
  readonly share: Share;
  /** Of the plan's driver. */
  readonly makeTransport: MakeTransport;
  /** When the run starts, on this thread's clock (`performance.now`, ms). */
  readonly start: number;
  readonly onRow: (row: RowCounts) => void;
  readonly onPhase: (phase: SecondRow['phase'], t_s: number) => void;
  /** All connections that the warm-up needs are there, or failed: `endRamp` is awaited. */
  readonly onSettled: () => void;
}

/** What a run has counted. */
export interface RunEnd {
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly turns: TurnWatch;
  readonly driver: Pick<Driver, 'sentTotal' | 'staleConnections' | 'generatorFaults' | 'mostOpen'>;
  readonly iterations: Pick<Iterations, 'begun' | 'completed' | 'broken'>;
  /** Over the window. */
  readonly cost: Cost;
  readonly rssMb: number;
  /** Requests of the window that were sent or waited, and have no outcome since the run was stopped. */
  readonly givenUp: number;
  /** Requests of the window that were planned, and that the engine did not get to. */
  readonly unreached: number;
}

type ModelFor = { readonly closed: ClosedModel } | { readonly open: OpenModel };

function modelFor(plan: ParsedPlan, share: Share): ModelFor {
  const { model } = plan;
  switch (model.kind) {
    case 'users':
      return { closed: usersModel(model, plan.seed, share) };
    case 'connections':
      return { closed: connectionsModel(model, share) };
    case 'rate':
      return { open: rateModel(model, plan.warmup_s, plan.window_s) };
    case 'stages':
      return { open: stagesModel(model, plan.warmup_s) };
    default:
      throw new Error('a capacity search is many runs, not one');
  }
}

/** One thread's part of one run of one plan. */
export class Run {
  readonly #options: RunOptions;
  readonly #timeline: Timeline;
  readonly #cost: GeneratorCost;
  readonly #ledger: Ledger;
  readonly #rows: SecondRows;
  readonly #turns: TurnWatch;
  readonly #iterations: Iterations;
  readonly #driver: Driver;
  readonly #population: Population;
  readonly #pacer: Pacer;
  readonly #rampMs: number | null;
  readonly #finished = Promise.withResolvers<RunEnd | null>();
  #phase: SecondRow['phase'] | null = null;
  #isSettled = false;
  #windowOpened = false;
  #windowCost: Cost | null = null;
  #stoppedAt = Infinity;

  /** @throws Error when a request of the plan cannot be written. */
  constructor(options: RunOptions) {
    const { plan, address, share, start } = options;
    this.#options = options;
    const model = modelFor(plan, share);
    const script = new Script(plan);
    const slots = 'closed' in model ? model.closed.slots : openSlots(model.open, share);
    this.#timeline = new Timeline(start);
    this.#cost = new GeneratorCost(share.threads > 1);
    this.#ledger = new Ledger(this.#timeline, plan.timeout_s * 1000, script.names.length);
    this.#rows = new SecondRows(this.#timeline, this.#cost, options.onRow);
    this.#turns = new TurnWatch(this.#timeline);
    this.#iterations = new Iterations({
      script,
      slots,
      seed: plan.seed,
      firstIteration: plan.first_iteration,
      ...share,
    });
    const iterations = this.#iterations;
    this.#driver = new Driver({
      slots,
      iterations,
      book: new RequestBook(plan.timeout_s * 1000, this.#timeline, this.#ledger, this.#rows, this.#turns),
      timeline: this.#timeline,
      ledger: this.#ledger,
      rows: this.#rows,
      turns: this.#turns,
      transport: (events) => options.makeTransport({ plan, slots, address, script, iterations, events }),
      wake: (now) => this.#wake(now),
    });
    const parts = { script, seed: plan.seed, timeline: this.#timeline, driver: this.#driver };
    this.#population =
      'closed' in model
        ? new ClosedPopulation({ ...parts, model: model.closed, ledger: this.#ledger })
        : new OpenPopulation({ ...parts, model: model.open, share, iterations });
    this.#driver.population = this.#population;
    this.#rampMs = 'closed' in model ? model.closed.rampMs : null;
    this.#pacer = new Pacer(
      this.#turns,
      (now) => this.#work(now),
      () => this.#driver.underWay.size === 0,
    );
  }

  /** Resolves with what was counted, or null when it was stopped before the window began. */
  run(signal: AbortSignal): Promise<RunEnd | null> {
    if (this.#rampMs !== null) this.endRamp(this.#timeline.start + this.#rampMs);
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (signal.aborted) this.#stop();
    this.#pacer.start();
    return this.#finished.promise;
  }

  /** The last user is, or will be present at `at` (ms): the warm-up begins then, and the window's place is fixed. */
  endRamp(at: number): void {
    const { plan } = this.#options;
    if (this.#timeline.rampEnd !== Infinity) return;
    this.#timeline.endRamp(at, plan.warmup_s * 1000, windowS(plan) * 1000);
    this.#rows.fixEnd();
  }

  #moment(): Moment {
    const { present, waiting } = this.#population;
    const inFlight = this.#driver.underWay.size + waiting;
    return { users: present, inFlight, spunMs: this.#turns.spunMs, longestTurnMs: this.#turns.takeLongestMs() };
  }

  #wake(now: number): void {
    if (now >= this.#rows.nextEnd) this.#rows.roll(now, this.#moment());
    this.#pacer.wake(now);
  }

  #stop(): void {
    if (this.#stoppedAt !== Infinity) return;
    this.#stoppedAt = performance.now();
    this.#timeline.cut(this.#stoppedAt);
    this.#population.stop(this.#stoppedAt);
    this.#rows.fixEnd();
  }

  /** All that is due at the end of a turn of the event loop. Returns the time of the next planned thing. */
  #work(now: number): number {
    if (now >= this.#rows.nextEnd) this.#rows.roll(now, this.#moment());
    this.#passPhases(now);
    const { underWay } = this.#driver;
    for (let slot = underWay.expired(now); slot >= 0; slot = underWay.expired(now)) this.#driver.expire(slot, now);
    const next = this.#population.work(now);
    if (now >= this.#timeline.windowEnd && this.#population.isOver()) {
      if (underWay.size === 0 || now >= this.#stoppedAt + STOP_GRACE_MS) this.#finish(now);
    } else if (now >= this.#stoppedAt + STOP_GRACE_MS) this.#finish(now);
    return next;
  }

  #passPhases(now: number): void {
    if (!this.#isSettled && this.#rampMs === null && this.#population.isSettled()) {
      this.#isSettled = true;
      this.#options.onSettled();
    }
    const phase = this.#timeline.phaseAt(now);
    if (phase === this.#phase) return;
    this.#phase = phase;
    // A loop that stood still for all of the window has passed it all the same.
    const isWindowOver = phase === 'drain' && this.#stoppedAt === Infinity;
    if (phase === 'window' || (isWindowOver && !this.#windowOpened)) {
      this.#windowOpened = true;
      this.#cost.openWindow(this.#turns.spunMs);
    }
    if (phase === 'drain') {
      this.#windowCost = this.#cost.sinceWindowOpened(this.#turns.spunMs);
    }
    this.#options.onPhase(phase, Math.round(now - this.#timeline.start) / 1000);
  }

  #finish(now: number): void {
    this.#pacer.stop();
    const unreached = this.#ledger.notSent;
    const givenUp = this.#population.giveUp() + this.#driver.giveUp();
    this.#driver.transport.dropAll();
    this.#turns.end(performance.now());
    this.#rows.finish(now, this.#moment());
    this.#cost.stop();
    if (!this.#windowOpened || this.#windowCost === null) return this.#finished.resolve(null);
    return this.#finished.resolve({
      timeline: this.#timeline,
      ledger: this.#ledger,
      turns: this.#turns,
      driver: this.#driver,
      iterations: this.#iterations,
      cost: this.#windowCost,
      rssMb: this.#cost.rssMb,
      givenUp,
      unreached,
    });
  }
}
