import type { Reading } from './reading.ts';

/** `Name: value`, as curl takes them. Names and values are judged where the request is. */
export function readHeaders(typed: readonly string[], reading: Reading): Record<string, string> {
  const headers: [string, string][] = [];
  const seen = new Set<string>();
  for (const text of typed) {
    const colon = text.indexOf(':');
    const name = text.slice(0, Math.max(0, colon)).trim();
    if (name === '') reading.wrong('-H', `expected a header like 'Accept: text/html', got "${text}"`);
    else if (seen.has(name.toLowerCase())) reading.wrong('-H', `expected each header once, got ${name} again`);
    else headers.push([name, text.slice(colon + 1).trim()]);
    seen.add(name.toLowerCase());
  }
  return Object.fromEntries(headers);
}

/** Names of headers do not depend on case: of several the last one counts. */
export function distinctHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const byName = new Map(Object.entries(headers).map((entry) => [entry[0].toLowerCase(), entry]));
  return Object.fromEntries(byName.values());
}
