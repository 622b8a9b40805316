import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options extends Numbers {
  /** Put what was found into docs/engine.md. */
  readonly writeDocs: boolean;
}

interface Numbers {
  readonly seed: number;
  /** Numbers of cases: the first, and how many. */
  readonly from: number;
  readonly cases: number;
  /** One case in so many goes through undici's client too. */
  readonly clientEvery: number;
  readonly fuzz: number;
  readonly workers: number;
}

/** What a run that counts for the document reads at least: in cases, and so in inputs; and in bytes. */
export const WHOLE_CASES = 10_000_000;
export const WHOLE_BYTES = 1e9;

/** Of each: the default, the smallest and the largest value. Beyond them numbers of cases are no exact seeds any more. */
const LIMITS: Readonly<Record<keyof Numbers, readonly [number, number, number]>> = {
  seed: [1, 0, 2 ** 20],
  from: [0, 0, 2 ** 31],
  cases: [WHOLE_CASES, 0, 2 ** 31],
  clientEvery: [100, 1, 2 ** 31],
  fuzz: [1_000_000, 0, 2 ** 31],
  workers: [availableParallelism(), 1, 64],
};

const FLAGS: Readonly<Record<keyof Numbers, string>> = {
  seed: 'seed',
  from: 'from',
  cases: 'cases',
  clientEvery: 'client-every',
  fuzz: 'fuzz',
  workers: 'workers',
};

/** @throws Error that names everything that is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const numeric = Object.fromEntries(Object.values(FLAGS).map((flag) => [flag, { type: 'string' as const }]));
  const { values } = parseArgs({ args: [...args], options: { ...numeric, 'write-docs': { type: 'boolean' } } });
  const problems: string[] = [];
  const numbers = Object.entries(LIMITS).map(([name, [fallback, lo, hi]]) => {
    const flag = FLAGS[name as keyof Numbers];
    const given: unknown = Reflect.get(values, flag);
    const value = typeof given === 'string' ? Number(given) : fallback;
    const isGood = Number.isInteger(value) && value >= lo && value <= hi;
    if (!isGood) problems.push(`--${flag}: expected a whole number from ${lo} to ${hi}, got ${String(given)}`);
    return [name, value] as const;
  });
  const options = { ...(Object.fromEntries(numbers) as unknown as Numbers), writeDocs: values['write-docs'] === true };
  if (options.writeDocs && !isWhole(options))
    problems.push(`--write-docs: only with ${WHOLE_CASES} cases or more, from 0 on`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return options;
}

/** All that the design asks for in one run, not a part of it. */
export function isWhole({ from, cases }: Pick<Options, 'from' | 'cases'>): boolean {
  return from === 0 && cases >= WHOLE_CASES;
}
