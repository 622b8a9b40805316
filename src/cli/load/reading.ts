import { MAX_RATE_RPS } from '../../core/limits.ts';

/** What is wrong with a command line: the option (or the file, with a pointer into it), and what was expected and what came. */
export interface LoadProblem {
  readonly where: string;
  readonly detail: string;
}

const UNIT_S: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60 };

/** `10` and `10s`: seconds; `500ms`, `2m`. NaN: something else. */
export function secondsOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim());
  return Number(match?.[1]) * (UNIT_S[match?.[2] ?? 's'] ?? Number.NaN);
}

/** Whether requests can come so often; `0` can be a stage's beginning or end. */
export function isRate(value: number): boolean {
  return value >= 0 && value <= MAX_RATE_RPS;
}

/** Reads typed values and collects what is wrong with them, so that all of it is said at once. What it returns for those is of no use. */
export class Reading {
  readonly problems: LoadProblem[] = [];

  wrong(where: string, detail: string): void {
    this.problems.push({ where, detail });
  }

  number(flag: string, text: string, low: number, high: number, whole: boolean): number {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
    this.wrong(flag, `expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}, got "${text}"`);
    return low;
  }

  /** Requests per second, at least some. */
  rate(flag: string, text: string): number {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (isRate(value) && value > 0) return value;
    this.wrong(flag, `expected requests/s above 0, up to ${MAX_RATE_RPS}, got "${text}"`);
    return 1;
  }

  seconds(flag: string, text: string, low: number, high: number): number {
    const value = secondsOf(text);
    if (value >= low && value <= high) return value;
    this.wrong(flag, `expected a time from ${low} to ${high} seconds, like 10, 10s or 1m, got "${text}"`);
    return low;
  }

  choice<T extends string>(flag: string, text: string, choices: readonly [T, ...T[]]): T {
    const chosen = choices.find((choice) => choice === text);
    if (chosen === undefined) this.wrong(flag, `expected ${choices.join(' or ')}, got "${text}"`);
    return chosen ?? choices[0];
  }
}
