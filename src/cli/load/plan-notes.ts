import type { LoadPlan } from '../../core/load-plan.ts';
import { countText } from '../../core/number-text.ts';

/** What can be run as it is, but will hardly show what is hoped for: a line each. */
export function notesOn({ threads = 1 }: Pick<LoadPlan, 'threads'>, cores: number): string[] {
  if (threads <= cores) return [];
  return [`${countText(threads, 'thread')} on ${countText(cores, 'core')} take turns, which makes all of them late`];
}
