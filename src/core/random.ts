/** A source of numbers uniform in [0, 1). */
export type Random = () => number;

/** FNV-1a, 32 bits: turns labels into seed material (Fowler, Noll, Vo; draft-eastlake-fnv). */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** SplitMix32 step: spreads weak seeds over the whole state. */
function splitMix(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/**
 * A seeded generator (sfc32, Chris Doty-Humphrey's Small Fast Counting RNG, PractRand): the same seed and labels give the
 * same sequence on every machine. Labels keep streams apart: order, think times, arrivals.
 */
export function seededRandom(seed: number, ...labels: readonly string[]): Random {
  const label = hash32(labels.join('\u0000'));
  let a = splitMix(seed >>> 0);
  let b = splitMix(Math.floor(seed / 2 ** 32) ^ a);
  let c = splitMix(label ^ b);
  let counter = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  // sfc32's own advice: the first outputs still show the seed.
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

/** Fisher–Yates: a new array, each permutation equally likely. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const held = result[i] as T;
    result[i] = result[j] as T;
    result[j] = held;
  }
  return result;
}
