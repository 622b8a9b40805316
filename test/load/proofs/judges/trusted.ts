import type { LoadResult } from '../../../../src/core/load-result.ts';
import type { Judged } from '../proof.ts';

export type Trust = Pick<LoadResult, 'void' | 'void_reasons' | 'withheld' | 'capacity'>;

/** Of a generator that was stopped or blocked: its run must not look as if all were well. */
export function judgeStalled(result: Trust): Judged {
  const isClean = !result.void && result.withheld.length === 0;
  return { passed: !isClean, figures: trustText(result) };
}

/** Of a search for the capacity that was disturbed in each step: no step may have been judged, nor may there be a capacity. */
export function judgeStalledSearch({ capacity }: Trust): Judged {
  const steps = capacity?.probes ?? [];
  const passed = steps.length > 0 && steps.every(({ outcome }) => outcome === 'void') && capacity?.rate_rps === null;
  return { passed, figures: searchText(capacity) };
}

/** Of a generator that cannot keep its own schedule. */
export function judgeVoid(result: Trust): Judged {
  return { passed: result.void, figures: trustText(result) };
}

/** The control: the same load from a generator that was left alone. */
export function judgeUndisturbed(result: Trust): Judged {
  const hasFound = result.capacity === undefined || result.capacity.rate_rps !== null;
  const found = result.capacity === undefined ? '' : `; ${searchText(result.capacity)}`;
  return { passed: !result.void && hasFound, figures: `${trustText(result)}${found}` };
}

function searchText(capacity: Trust['capacity']): string {
  const steps = capacity?.probes.map(({ rate_rps, outcome }) => `${rate_rps.toFixed(0)}/s ${outcome}`) ?? [];
  const rate = capacity?.rate_rps ?? null;
  return `capacity ${rate === null ? 'unknown' : `${rate.toFixed(0)}/s`}; steps: ${steps.join(', ') || 'none'}`;
}

function trustText({ void: isVoid, void_reasons, withheld }: Trust): string {
  const held = withheld.length === 0 ? 'nothing withheld' : `withheld ${withheld.join(', ')}`;
  return isVoid ? `void (${void_reasons.join('; ')}), ${held}` : `not void, ${held}`;
}
