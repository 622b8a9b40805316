import type { Random } from '../../src/core/random.ts';
import { dueKinds, needOf } from './choice.ts';
import { impossible, type Kind } from './faults.ts';
import { inject } from './inject.ts';
import { type Phase, PHASES } from './phase-watch.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

export interface Fault {
  readonly at: string;
  readonly kind: Kind;
  readonly phase: Phase;
  readonly what: string;
}

/** How far into a phase a fault may come, in ms: within what it lasts at least. */
const WITHIN_MS: Readonly<Record<Phase, number>> = {
  queued: 5,
  claimed: 0,
  provisioning: 0,
  probe: 2_600,
  floor: 1_600,
  starting: 180,
  contract: 180,
  warmup: 150,
  window: 900,
  stop: 200,
  upload: 0,
  finish: 10,
};
/** What soon follows a phase: a fault now leaves none for them. */
const FOLLOWED_BY: Readonly<Partial<Record<Phase, readonly Phase[]>>> = {
  queued: ['claimed', 'provisioning'],
  claimed: ['provisioning'],
  starting: ['contract', 'warmup'],
  contract: ['warmup', 'window'],
  warmup: ['window'],
  window: ['stop'],
  stop: ['upload', 'finish'],
  upload: ['starting', 'finish'],
};
/** Between faults, so that the system makes some way. */
const LEAST_GAP_MS = 400;
/** In phases of seconds another fault may follow: looked at this often, and done with this share where it is needed most. */
const LOOK_MS = 100;
const LOOK_SHARE = 0.25;
const LONG: readonly Phase[] = ['probe', 'floor', 'window'];
/** Rule 5: with the second attempt in vain the job is over. One may be; more would only cut experiments short. */
const FRUITLESS_KILLS = 1;

interface DriverOptions {
  readonly tally: Tally;
  /** So often each possible pair of fault and phase is wanted. */
  readonly goal: number;
  readonly random: Random;
  readonly onFault: (fault: Fault) => void;
}

/** Puts faults where most are missing. */
export class Driver {
  readonly faults: Fault[] = [];
  readonly #world: World;
  readonly #tally: Tally;
  readonly #goal: number;
  readonly #random: Random;
  readonly #onFault: (fault: Fault) => void;
  #isOn = false;
  #pending: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #last = 0;
  #kills = { fruitless: 0, storedSince: false };

  constructor(world: World, options: DriverOptions) {
    this.#world = world;
    this.#tally = options.tally;
    this.#goal = options.goal;
    this.#random = options.random;
    this.#onFault = options.onFault;
    world.phases.onEntry((phase) => this.#entered(phase));
    // What was stored is told a moment later than it is: the account errs on the careful side.
    world.phases.onEvent((event) => {
      if (event.type === 'trial-ended') this.#kills.storedSince = true;
    });
  }

  start(): void {
    this.#isOn = true;
    this.#looking = setInterval(() => this.#look(), LOOK_MS);
  }

  stop(): void {
    this.#isOn = false;
    clearTimeout(this.#pending);
    clearInterval(this.#looking);
  }

  /** A new experiment has a new account of attempts. */
  newExperiment(): void {
    this.#kills = { fruitless: 0, storedSince: false };
  }

  #entered(phase: Phase): void {
    if (!this.#isOn) return;
    clearTimeout(this.#pending);
    if (phase === 'claimed') this.#kills.storedSince = false;
    if (performance.now() - this.#last < LEAST_GAP_MS || !this.#isTurnOf(phase)) return;
    const within = WITHIN_MS[phase] * this.#random();
    if (within < 1) this.#strike();
    else this.#pending = setTimeout(() => this.#strike(), within);
  }

  #look(): void {
    const phase = this.#world.phases.now;
    if (phase === null || !LONG.includes(phase) || performance.now() - this.#last < LEAST_GAP_MS) return;
    const most = Math.max(...PHASES.map((each) => this.#need(each)));
    if (most > 0 && this.#random() < (LOOK_SHARE * this.#need(phase)) / most) this.#strike();
  }

  /** By what is missing here, against what is missing in the phases that follow at once. */
  #isTurnOf(phase: Phase): boolean {
    const here = this.#need(phase);
    const later = (FOLLOWED_BY[phase] ?? []).reduce((sum, next) => sum + this.#need(next), 0);
    return here > 0 && this.#random() < here / (here + later);
  }

  #need(phase: Phase): number {
    return needOf(phase, { tally: this.#tally, goal: this.#goal, isAllowed: this.#isAllowed });
  }

  /** In the phase that it is by now, which may be another than the one that was waited for. */
  #strike(): void {
    const phase = this.#world.phases.now;
    if (phase === null || !this.#isOn) return;
    const choice = { tally: this.#tally, goal: this.#goal, isAllowed: this.#isAllowed };
    for (const kind of dueKinds(phase, choice, this.#random)) {
      const what = inject(this.#world, kind, this.#random);
      if (what === null) continue;
      this.#note({ at: new Date().toISOString(), kind, phase, what });
      return;
    }
  }

  #note(fault: Fault): void {
    this.#last = performance.now();
    this.#tally.add(fault.kind, fault.phase);
    this.faults.push(fault);
    if (fault.kind === 'kill runner' && !this.#kills.storedSince) this.#kills.fruitless += 1;
    this.#onFault(fault);
  }

  readonly #isAllowed = (kind: Kind, phase: Phase): boolean => {
    if (impossible(kind, phase) !== null) return false;
    return kind !== 'kill runner' || this.#kills.storedSince || this.#kills.fruitless < FRUITLESS_KILLS;
  };
}
