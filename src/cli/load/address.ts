import type { Reading } from './reading.ts';

/** Where the load goes, and what it asks for unless there is a list of requests. */
export interface Address {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Origin form with its query; placeholders as they were typed. */
  readonly path: string;
}

const DEFAULT_PORT = { 'http:': 80, 'https:': 443 } as const;

function isKnown(protocol: string): protocol is keyof typeof DEFAULT_PORT {
  return Object.hasOwn(DEFAULT_PORT, protocol);
}

/** `http://127.0.0.1:8080/items/{{random:1-100}}`. Null: it is none, which has been said. */
export function readAddress(text: string, reading: Reading): Address | null {
  const url = URL.parse(text);
  if (url === null) return refused(reading, `expected one like http://127.0.0.1:8080/path, got "${text}"`);
  const { protocol } = url;
  if (!isKnown(protocol)) return refused(reading, `expected http:// or https://, got "${protocol}"`);
  if (url.username !== '' || url.password !== '')
    return refused(reading, "user and password are not supported there; -H 'Authorization: …' sends them");
  const port = url.port === '' ? DEFAULT_PORT[protocol] : Number(url.port);
  if (port === 0) return refused(reading, 'expected a port from 1 to 65535, got 0');
  return {
    scheme: protocol === 'https:' ? 'https' : 'http',
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port,
    path: text.includes('{{') ? withPlaceholders(url.pathname + url.search) : url.pathname + url.search,
  };
}

function refused(reading: Reading, detail: string): null {
  reading.wrong('URL', detail);
  return null;
}

/** A URL has its braces in escaped form in a path, not in a query. */
function withPlaceholders(path: string): string {
  return path.replaceAll(
    /(?:%7B|\{){2}(.*?)(?:%7D|\}){2}/g,
    (_, inner: string) => `{{${inner.replaceAll('%20', '')}}}`,
  );
}
