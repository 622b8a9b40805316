import type { ParsedPlan } from '../core/load-plan.ts';
import type { FilledRequest } from './request-template.ts';

/** RFC 9110 §9.2.2: repeating these has the effect of doing them once, so they may be retried on a stale connection. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method.toUpperCase());
}

/** RFC 9110 §8.6: a request of these methods says its length also where it has no content; some servers answer 411 otherwise. */
const HAVE_CONTENT = new Set(['POST', 'PUT', 'PATCH']);

const DEFAULT_PORT = { http: 80, https: 443 } as const;

/** The value of Host: the port only where it is not the scheme's own. */
export function hostHeader({ scheme, host, port }: Pick<ParsedPlan, 'scheme' | 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === DEFAULT_PORT[scheme] ? name : `${name}:${port}`;
}

/** RFC 9110 §5.6.2: of names and methods. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9112 §3.2: what a server takes for the target of a request. */
const TARGET = /^[\x21-\x7e]+$/;
/** RFC 9110 §5.5, a character a byte. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function refuse(what: string, text: string, holds: string): never {
  throw new Error(`the ${what} of the request may hold only ${holds}: ${JSON.stringify(text)}`);
}

/**
 * The head of the request, a character a byte. Adds Host, and Content-Length where there is a body or the method means to have one.
 * @throws Error when a part has a character that would break the message apart, or that is no byte: written, U+4E0A would be a line feed.
 */
export function requestHead({ method, path, headers, body }: FilledRequest, host: string): string {
  if (!TOKEN.test(method)) refuse('method', method, 'letters, digits and hyphens');
  if (!TARGET.test(path)) refuse('path', path, 'printable ASCII, without spaces; percent-encode all else');
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const fields: [string, string][] = Object.entries(headers);
  if (!given.has('host')) fields.unshift(['Host', host]);
  if ((body !== null || HAVE_CONTENT.has(method)) && !given.has('content-length'))
    fields.push(['Content-Length', String(Buffer.byteLength(body ?? ''))]);
  for (const [name, value] of fields) {
    if (!TOKEN.test(name)) refuse('header name', name, 'letters, digits and hyphens');
    if (!FIELD_VALUE.test(value)) refuse(`header ${name}`, value, 'characters of one line up to U+00FF');
  }
  const lines = [`${method} ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
