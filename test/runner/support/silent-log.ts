import type { Log } from '../../../src/runner/event.ts';

export const SILENT: Log = { info: () => undefined, warn: () => undefined };

/** A log that keeps what it was told, as text. */
export function keptLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, info: keep, warn: keep };
}
