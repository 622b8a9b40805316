/** Whether a version (`3.11.7`, `v26.1.0`) is in a range of the form `>=3.11`. Parts are compared as numbers. */
export function satisfies(version: string, range: string): boolean {
  const have = parts(version);
  const least = parts(range.replace('>=', ''));
  for (let i = 0; i < least.length; i += 1) {
    const difference = (have[i] ?? 0) - (least[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

function parts(version: string): number[] {
  return version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10) || 0);
}
