import { describe, expect, test } from 'vitest';
import { flood, FLOODS } from './oracle/floods.ts';
import { fuzzProblem, makeFuzz } from './oracle/fuzz.ts';

const CASES = 20_000;
const FLOOD_BYTES = 256 * 1024 * 1024;
/** A quarter of the flood: what is kept at most (a body of 1 MiB, a head of 64 KiB) is far below it, a leak of one byte in four is not. */
const MOST_GROWTH_BYTES = FLOOD_BYTES / 4;

describe('a response parser that is fed with garbage', () => {
  test(`neither throws nor stands still in ${CASES} cases, and takes them whole as it takes them cut`, () => {
    for (let index = 0; index < CASES; index += 1) expect(fuzzProblem(makeFuzz(7, index))).toBe(null);
  });

  test.each(FLOODS)('keeps its memory bounded while $name never end', (endless) => {
    const { taken, state, grew } = flood(endless, FLOOD_BYTES);
    expect(state === 'failed' || taken >= FLOOD_BYTES).toBe(true);
    expect(grew).toBeLessThan(MOST_GROWTH_BYTES);
  });
});
