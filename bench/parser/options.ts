import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  readonly seed: number;
  /** Numbers of cases: the first, and how many. */
  readonly from: number;
  readonly cases: number;
  /** One case in so many goes through undici's client too. */
  readonly clientEvery: number;
  readonly fuzz: number;
  readonly workers: number;
}

/** Of each: the default, the smallest and the largest value. Beyond them numbers of cases are no exact seeds any more. */
const LIMITS: Readonly<Record<keyof Options, readonly [number, number, number]>> = {
  seed: [1, 0, 2 ** 20],
  from: [0, 0, 2 ** 31],
  cases: [10_000_000, 0, 2 ** 31],
  clientEvery: [100, 1, 2 ** 31],
  fuzz: [1_000_000, 0, 2 ** 31],
  workers: [availableParallelism(), 1, 64],
};

const FLAGS: Readonly<Record<keyof Options, string>> = {
  seed: 'seed',
  from: 'from',
  cases: 'cases',
  clientEvery: 'client-every',
  fuzz: 'fuzz',
  workers: 'workers',
};

/** @throws Error that names everything that is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const options = Object.fromEntries(Object.values(FLAGS).map((flag) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options });
  const problems: string[] = [];
  const numbers = Object.entries(LIMITS).map(([name, [fallback, lo, hi]]) => {
    const flag = FLAGS[name as keyof Options];
    const given = values[flag];
    const value = typeof given === 'string' ? Number(given) : fallback;
    const isGood = Number.isInteger(value) && value >= lo && value <= hi;
    if (!isGood) problems.push(`--${flag}: expected a whole number from ${lo} to ${hi}, got ${String(given)}`);
    return [name, value] as const;
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return Object.fromEntries(numbers) as unknown as Options;
}
