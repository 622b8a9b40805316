import { countText } from '../core/number-text.ts';
import type { Results } from '../core/results.ts';

/** Which trials could not be run, and why the first could not: "2 trials not ok, head.w1.c16 first: the build failed"; null: none. */
export function troubleText(trials: Results['trials']): string | null {
  const failed = trials.filter(({ state }) => state !== 'ok');
  const [first] = failed;
  if (first === undefined) return null;
  return `${countText(failed.length, 'trial')} not ok, ${first.cell} first: ${first.says ?? first.reason}`;
}
