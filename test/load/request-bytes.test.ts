import { describe, expect, test } from 'vitest';
import { isIdempotent, serialiseRequest } from '../../src/load/request-bytes.ts';
import { shortPlan } from './plans.ts';

const { request } = shortPlan(8080);

describe('a request as bytes', () => {
  test('has Host with the port', () => {
    expect(serialiseRequest(shortPlan(8080)).toString()).toBe('GET /test HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n');
    expect(serialiseRequest(shortPlan(80, { host: '::1' })).toString()).toContain('\r\nHost: [::1]\r\n');
  });

  test('has the length of its body in bytes', () => {
    const bytes = serialiseRequest(shortPlan(80, { request: { ...request, method: 'POST', body: '{"t":"é"}' } }));
    expect(bytes.toString()).toContain('\r\nContent-Length: 10\r\n\r\n{"t":"é"}');
  });

  test('keeps a Host and a length that were given', () => {
    const headers = { host: 'a.example', 'content-length': '1' };
    const text = serialiseRequest(shortPlan(80, { request: { ...request, headers, body: 'x' } })).toString();
    expect(text.match(/host|content-length/gi)).toHaveLength(2);
  });

  test.each([
    ['a line break in a header', { headers: { 'X-A': 'b\r\nX-C: d' } }],
    ['a line break in the path', { path: '/a\r\nX: y' }],
    ['a space in the path', { path: '/a b' }],
  ])('is refused with %s', (_, change) => {
    expect(() => serialiseRequest(shortPlan(80, { request: { ...request, ...change } }))).toThrow(/line break|spaces/);
  });

  test('may be retried when its method is idempotent', () => {
    expect(['GET', 'head', 'PUT', 'DELETE', 'POST', 'PATCH'].map(isIdempotent)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});
