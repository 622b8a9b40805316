import { countText } from '../../../src/core/number-text.ts';
import type { HostWatch } from './noise/host-noise.ts';
import { type Guarded, guarded, type NoiseLimits } from './noise/noise-guard.ts';

/** Short forms belong to `npm test`, full ones to `npm run test:proofs`. */
export type Form = 'short' | 'full';

/** What a proof's measurement is given. */
export interface Bench {
  readonly signal: AbortSignal;
  readonly serverCpus: readonly number[];
  readonly generatorCpus: readonly number[];
  /** Told when the truth server stood still, whose stamps are no truth then, and when the engine had no core. */
  readonly watch: Omit<HostWatch, 'end'>;
}

/** What a judging function says: whether the criterion is met, and the figures in one line. */
export interface Judged {
  readonly passed: boolean;
  readonly figures: string;
}

export interface CaseOutcome {
  readonly proof: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not judged';
  /** How often a disturbed measurement was repeated. */
  readonly repeats: number;
  readonly figures: string;
}

export interface ProofCase {
  readonly proof: string;
  readonly name: string;
  run(bench: Omit<Bench, 'watch'>): Promise<CaseOutcome>;
}

export interface Proof {
  /** `T1` … `T17`. */
  readonly id: string;
  /** What it shows, in a few words. */
  readonly claim: string;
  /** The criterion, as the design has it. */
  readonly passes: string;
  /** None: there is no form of that length. */
  cases(form: Form): readonly ProofCase[];
}

interface CaseOptions<T> {
  readonly proof: string;
  readonly name: string;
  /** True: other work on the host could make a right engine fail. Only an undisturbed measurement is judged. */
  readonly isTiming: boolean;
  /** Of a timing case: limits of noise that are not the guard's own. The case says why. */
  readonly noise?: Partial<NoiseLimits>;
  /** Of a timing case: true of a measurement that noise could only have spoilt. A right one of a disturbed host is right then. */
  readonly isSound?: (measured: T) => boolean;
  readonly measure: (bench: Bench) => Promise<T>;
  /** Pure. An error says that there is nothing to judge by: that is a failure. */
  readonly judge: (measured: T) => Judged;
}

/** Thrown by a measurement of many parts, of which one was disturbed each time. */
export class NotJudged extends Error {
  override readonly name = 'NotJudged';
}

const UNWATCHED = { stood: () => undefined, waited: () => undefined, blind: () => undefined };

/** A measurement that guards its own parts. @throws NotJudged. */
export async function undisturbed<T>(measure: (watch: Bench['watch']) => Promise<T>): Promise<T> {
  const outcome = await guarded(measure);
  if (!outcome.judged) throw new NotJudged(outcome.disturbed.join('; '));
  return outcome.value;
}

const disturbedText = (disturbed: readonly string[]): string =>
  `the host was disturbed each time: ${disturbed.join('; ')}`;

async function measured<T>(options: CaseOptions<T>, bench: Omit<Bench, 'watch'>): Promise<Guarded<T>> {
  const { isTiming, noise, isSound, measure } = options;
  if (isTiming) return await guarded((watch) => measure({ ...bench, watch }), { limits: noise, isSound });
  try {
    return { judged: true, value: await measure({ ...bench, watch: UNWATCHED }), repeats: 0 };
  } catch (error) {
    if (error instanceof NotJudged) return { judged: false, disturbed: [error.message] };
    throw error;
  }
}

function leftOutText(count: number): string {
  return `before it ${countText(count, 'measurement')} on a disturbed host did not pass and ${count === 1 ? 'is' : 'are'} left out`;
}

/** One measurement of a proof and its judgement. */
export function proofCase<T>(options: CaseOptions<T>): ProofCase {
  const { proof, name, judge } = options;
  return {
    proof,
    name,
    run: async (bench) => {
      const done = await measured(options, bench);
      if (!done.judged) {
        const { disturbed } = done;
        return { proof, name, outcome: 'not judged', repeats: disturbed.length - 1, figures: disturbedText(disturbed) };
      }
      const { passed, figures } = judge(done.value);
      // Only of a proof that would have taken one that passed: of the others nobody looked.
      const left = options.isSound !== undefined && done.repeats > 0 ? `; ${leftOutText(done.repeats)}` : '';
      return {
        proof,
        name,
        outcome: passed ? 'passed' : 'failed',
        repeats: done.repeats,
        figures: `${figures}${left}`,
      };
    },
  };
}

/** A case that cannot be run on this host, for this reason. */
export function missingCase(proof: string, name: string, why: string): ProofCase {
  const outcome: CaseOutcome = { proof, name, outcome: 'not judged', repeats: 0, figures: why };
  return { proof, name, run: () => Promise.resolve(outcome) };
}

export function outcomeText({ proof, name, outcome, figures, repeats }: CaseOutcome): string {
  const again = repeats === 0 ? '' : ` (measured ${repeats + 1} times)`;
  return `${proof} ${name}: ${outcome}${again}: ${figures}`;
}
