import type { Row } from './ratios.ts';
import type { Goal, Verdict } from './section.ts';

/** A median of fewer pairs, those with a void run left out, is no median to judge by. */
export const LEAST_PAIRS = 5;

/** Ours ÷ theirs, requests/s of one core at 50 connections. Below the floor something is wrong. */
const WANTED: readonly { readonly tool: string; readonly ratio: number; readonly floor: number }[] = [
  { tool: 'wrk', ratio: 1, floor: 0.95 },
  { tool: 'oha', ratio: 1.1, floor: 1.1 },
  { tool: 'autocannon', ratio: 2, floor: 2 },
  { tool: 'k6', ratio: 8, floor: 8 },
  { tool: 'locust', ratio: 15, floor: 15 },
];

/** One goal for each tool that has one; those that did not run, or too seldom, are not judged. */
export function speedGoals(rows: readonly Row[]): Goal[] {
  return WANTED.map(({ tool, ratio, floor }) => {
    const { pairs = 0, median: seen = null } = rows.find((row) => row.tool === tool)?.base_by_this ?? {};
    return {
      what: `requests/s ÷ ${tool}'s`,
      goal: `≥ ${ratio.toFixed(2)}${floor < ratio ? ` (floor ${floor})` : ''}`,
      seen: seen === null ? 'not installed' : pairs === 0 ? 'no pair that is not void' : seen.toFixed(2),
      verdict: pairs < LEAST_PAIRS || seen === null ? 'not judged' : verdictOn(seen, ratio, floor),
    };
  });
}

function verdictOn(seen: number, ratio: number, floor: number): Verdict {
  if (seen >= ratio) return 'met';
  return seen >= floor ? 'above the floor' : 'missed';
}
