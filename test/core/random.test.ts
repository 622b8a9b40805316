import { describe, expect, test } from 'vitest';
import { seededRandom, shuffled } from '../../src/core/random.ts';

/** Upper 99.9 % points of chi squared: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.4. */
const CHI2_999 = { 5: 20.515, 23: 49.728, 99: 148.23 } as const;

function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, c) => sum + c, 0) / counts.length;
  return counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

describe('seededRandom', () => {
  test('gives the same numbers on every machine', () => {
    const random = seededRandom(1, 'order', '1');
    const numbers = Array.from({ length: 3 }, () => Math.floor(random() * 2 ** 32));
    expect(numbers).toMatchInlineSnapshot(`
      [
        2254754893,
        3812627857,
        3887974343,
      ]
    `);
  });

  test.each([0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER])('is uniform in [0, 1) from seed %d', (seed) => {
    const random = seededRandom(seed);
    const counts = Array.from({ length: 100 }, () => 0);
    const numbers = Array.from({ length: 100_000 }, random);
    expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
    for (const x of numbers) counts[Math.floor(x * 100)]! += 1;
    expect(chiSquared(counts)).toBeLessThan(CHI2_999[99]);
  });

  test('first numbers of neighbouring seeds are uniform too: seeds are small in practice', () => {
    const counts = Array.from({ length: 100 }, () => 0);
    for (let seed = 0; seed < 50_000; seed += 1) counts[Math.floor(seededRandom(seed)() * 100)]! += 1;
    expect(chiSquared(counts)).toBeLessThan(CHI2_999[99]);
  });

  test('labels and seeds keep streams apart', () => {
    const firsts = [
      seededRandom(1),
      seededRandom(2),
      seededRandom(1, 'think'),
      seededRandom(1, 'order'),
      seededRandom(1, 'order', '1'),
      seededRandom(1, 'order1'),
      seededRandom(2 ** 32 + 1),
    ].map((random) => random());
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe('shuffled', () => {
  test('each of the 24 orders of four things is equally likely', () => {
    const random = seededRandom(3);
    const counts = new Map<string, number>();
    for (let i = 0; i < 48_000; i += 1) {
      const order = shuffled(['a', 'b', 'c', 'd'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquared([...counts.values()])).toBeLessThan(CHI2_999[23]);
  });

  test('each seed of many is a fair draw of the six orders of three things', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 12_000; seed += 1) {
      const order = shuffled(['a', 'b', 'c'], seededRandom(seed, 'order', '1')).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    expect(chiSquared([...counts.values()])).toBeLessThan(CHI2_999[5]);
  });

  test('leaves its argument alone', () => {
    const items = Object.freeze([1, 2, 3]);
    expect(new Set(shuffled(items, seededRandom(1)))).toEqual(new Set([1, 2, 3]));
  });
});
