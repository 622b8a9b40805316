import { type Random, seededRandom } from '../../../../src/core/random.ts';

/** What the truth server does with each request, by its number from 1: known before the first one comes. All times in ms. */
export type TruthScript =
  | { readonly kind: 'constant'; readonly ms: number }
  /** The number's place in the list; `rest_ms` for all that it does not have. */
  | { readonly kind: 'list'; readonly ms: readonly number[]; readonly rest_ms: number }
  /** One of two modes, and uniform within ± `spread` (a share) of it. */
  | {
      readonly kind: 'bimodal';
      readonly seed: number;
      readonly fast_ms: number;
      readonly slow_ms: number;
      readonly slow_share: number;
      readonly spread: number;
    }
  | {
      readonly kind: 'lognormal';
      readonly seed: number;
      readonly median_ms: number;
      readonly sigma: number;
      readonly most_ms: number;
    }
  /** Every so many-th is never answered, every so many-th gets a reset; the others are answered after `ms`. */
  | {
      readonly kind: 'faulty';
      readonly ms: number;
      readonly hang_every: number | null;
      readonly reset_every: number | null;
    }
  /** One at a time, in the order of their coming, busy for so long and deaf meanwhile: a single-server queue. */
  | {
      readonly kind: 'queue';
      readonly seed: number;
      readonly mean_ms: number;
      readonly service: 'constant' | 'exponential';
    };

/** A request that is to get no answer. */
export const NEVER = Infinity;

const isEvery = (number: number, every: number | null): boolean => every !== null && number % every === 0;

/** How long each request takes. Drawn ones come from one stream in the order of the numbers, whatever the order of the requests. */
export class Delays {
  readonly #script: TruthScript;
  readonly #random: Random;
  readonly #drawn: number[] = [];

  constructor(script: TruthScript) {
    this.#script = script;
    this.#random = seededRandom('seed' in script ? script.seed : 0, 'truth', script.kind);
  }

  /** ms; `NEVER` for one that hangs. */
  of(number: number): number {
    const script = this.#script;
    if (script.kind === 'constant') return script.ms;
    if (script.kind === 'list') return script.ms[number - 1] ?? script.rest_ms;
    if (script.kind === 'faulty') return isEvery(number, script.hang_every) ? NEVER : script.ms;
    while (this.#drawn.length < number) this.#drawn.push(this.#draw(script));
    return this.#drawn[number - 1] as number;
  }

  isReset(number: number): boolean {
    return this.#script.kind === 'faulty' && isEvery(number, this.#script.reset_every);
  }

  #draw(script: Extract<TruthScript, { seed: number }>): number {
    const u = this.#random();
    switch (script.kind) {
      case 'bimodal': {
        const mode = u < script.slow_share ? script.slow_ms : script.fast_ms;
        return mode * (1 + script.spread * (2 * this.#random() - 1));
      }
      case 'lognormal': {
        // Box & Muller 1958.
        const normal = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * this.#random());
        return Math.min(script.most_ms, script.median_ms * Math.exp(script.sigma * normal));
      }
      default:
        return script.service === 'constant' ? script.mean_ms : -script.mean_ms * Math.log(1 - u);
    }
  }
}
