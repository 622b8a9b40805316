/** One line of the table: what was asked for, what was seen. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly seen: string;
  /** Null: a figure that no goal was set for. */
  readonly met: boolean | null;
}

/** The smallest value that at least the share `q` of all does not exceed: an observed one, not one in between. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** `p50 1.2 ms, p99 4.5 ms, max 9.1 ms (1000)`. */
export function latencies(values: readonly number[]): string {
  const [p50, p99, most] = [0.5, 0.99, 1].map((q) => ms(quantile(values, q)));
  return `p50 ${p50}, p99 ${p99}, max ${most} (${values.length} requests)`;
}

/** `1234/s (1200–1300)`: median, lowest and highest of the rounds. */
export function rates(values: readonly number[]): string {
  const [low, mid, high] = [0, 0.5, 1].map((q) => Math.round(quantile(values, q)));
  return `${mid}/s (${low}–${high}, ${values.length} rounds)`;
}

export function table(goals: readonly Goal[]): string {
  const answer = (met: boolean | null) => (met === null ? '' : met ? 'met' : 'not met');
  return [
    '| what | goal | seen | |',
    '|---|---|---|---|',
    ...goals.map(({ what, goal, seen, met }) => `| ${what} | ${goal} | ${seen} | ${answer(met)} |`),
  ].join('\n');
}
