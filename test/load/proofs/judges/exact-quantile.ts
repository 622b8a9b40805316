/** The value of rank ⌈qn⌉ of an ascending sample. @throws RangeError of an empty one. */
export function exactQuantile(sorted: ArrayLike<number>, q: number): number {
  const value = sorted[Math.max(1, Math.ceil(q * sorted.length - 1e-9)) - 1];
  if (value === undefined) throw new RangeError('an empty sample has no quantile');
  return value;
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return sum / values.length;
}
