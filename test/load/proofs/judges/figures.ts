/** Numbers as they stand in a line of figures. */
export function msText(ms: number): string {
  return `${ms.toFixed(Math.abs(ms) < 10 ? 3 : 2)} ms`;
}

export function percent(share: number, digits = 2): string {
  return `${(100 * share).toFixed(digits)} %`;
}
