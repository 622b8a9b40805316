import type { LoadResult } from '../../../src/core/load-result.ts';
import type { Judged } from './proof.ts';

type Trust = Pick<LoadResult, 'void' | 'void_reasons' | 'withheld' | 'capacity'>;

/** The engine vouches for everything that it says. */
export function isClean({ void: isVoid, withheld }: Trust): boolean {
  return !isVoid && withheld.length === 0;
}

/** Of a generator that was stopped or blocked: its run must not look clean, nor may a step of a search count for anything. */
export function judgeStalled(result: Trust): Judged {
  const probes = result.capacity?.probes.map(({ outcome }) => outcome) ?? [];
  return { passed: !isClean(result), figures: [trustText(result), ...probes].join(', ') };
}

/** Of a search for the capacity with a generator that was disturbed in each step: no step may have passed or failed. */
export function judgeStalledSearch({ capacity }: Trust): Judged {
  const outcomes = capacity?.probes.map(({ outcome }) => outcome) ?? [];
  const passed = capacity !== undefined && outcomes.every((outcome) => outcome === 'void' || outcome === 'undecided');
  const rate = capacity?.rate_rps ?? null;
  return { passed: passed && rate === null, figures: `capacity ${rate ?? 'unknown'}; steps ${outcomes.join(', ') || 'none'}` };
}

/** Of a generator that cannot keep its own schedule. */
export function judgeVoid(result: Trust): Judged {
  return { passed: result.void, figures: trustText(result) };
}

/** The control: the same load from a generator that was left alone. */
export function judgeUndisturbed(result: Trust): Judged {
  return { passed: !result.void, figures: trustText(result) };
}

function trustText({ void: isVoid, void_reasons, withheld }: Trust): string {
  const held = withheld.length === 0 ? 'nothing withheld' : `withheld ${withheld.join(', ')}`;
  return isVoid ? `void (${void_reasons.join('; ')}), ${held}` : `not void, ${held}`;
}
