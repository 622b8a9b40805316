import type { ParsedPlan } from '../core/load-plan.ts';
import type { FilledRequest } from './request-template.ts';

/** RFC 9110 §9.2.2: repeating these has the effect of doing them once, so they may be retried on a stale connection. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']);

export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method.toUpperCase());
}

const DEFAULT_PORT = { http: 80, https: 443 } as const;

/** The value of Host: the port only where it is not the scheme's own. */
export function hostHeader({ scheme, host, port }: Pick<ParsedPlan, 'scheme' | 'host' | 'port'>): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === DEFAULT_PORT[scheme] ? name : `${name}:${port}`;
}

/**
 * The head of the request. Adds Host and, for a body, Content-Length.
 * @throws Error when a name or value would break the message apart (CR, LF, NUL).
 */
export function requestHead({ method, path, headers, body }: FilledRequest, host: string): string {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const fields: [string, string][] = Object.entries(headers);
  if (!given.has('host')) fields.unshift(['Host', host]);
  if (body !== null && !given.has('content-length')) fields.push(['Content-Length', String(Buffer.byteLength(body))]);
  const lines = [`${method} ${path} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  for (const line of lines) {
    // eslint-disable-next-line no-control-regex -- these are the very characters that must not pass
    if (/[\r\n\0]/.test(line)) throw new Error(`the request holds a line break in ${JSON.stringify(line)}`);
  }
  if (/\s/.test(method) || /\s/.test(path)) throw new Error('method and path of the request must not hold spaces');
  return `${lines.join('\r\n')}\r\n\r\n`;
}
