/** A straight line by least squares. */
export interface Line {
  /** Its value at the first x. */
  readonly start: number;
  /** Per unit of x. */
  readonly slope: number;
}

/** Through `values` at x = 0, 1, 2 …; NaN for fewer than two of them. */
export function fitLine(values: readonly number[]): Line {
  const n = values.length;
  const meanX = (n - 1) / 2;
  const meanY = values.reduce((sum, value) => sum + value, 0) / n;
  let above = 0;
  let below = 0;
  for (const [x, value] of values.entries()) {
    above += (x - meanX) * (value - meanY);
    below += (x - meanX) ** 2;
  }
  const slope = above / below;
  return { slope, start: meanY - slope * meanX };
}
