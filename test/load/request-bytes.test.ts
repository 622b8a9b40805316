import { describe, expect, test } from 'vitest';
import type { PlannedRequest } from '../../src/core/load-plan.ts';
import { hostHeader, isIdempotent } from '../../src/load/request-bytes.ts';
import { requestBytes, RequestTemplate } from '../../src/load/request-template.ts';
import type { SavedValue } from '../../src/load/saved-value.ts';
import { GET_TEST } from './plans.ts';

const OWN: Readonly<Record<string, string>> = { seq: '17', user: '3', uuid: 'u', random: 'r' };

function bytesOf(change: Partial<PlannedRequest>, saved: Readonly<Record<string, SavedValue>> = {}): string {
  const template = new RequestTemplate({ ...GET_TEST, ...change });
  const filled = template.filled({ own: (name) => OWN[name] ?? '', saved: (name) => saved[name] ?? 'missing' });
  return requestBytes(filled, 'a.example:8080').toString();
}

describe('a request as bytes', () => {
  test('has the Host of its server', () => {
    expect(bytesOf({})).toBe('GET /test HTTP/1.1\r\nHost: a.example:8080\r\n\r\n');
    expect(hostHeader({ scheme: 'http', host: '::1', port: 80 })).toBe('[::1]');
    expect(hostHeader({ scheme: 'https', host: 'a.example', port: 443 })).toBe('a.example');
    expect(hostHeader({ scheme: 'https', host: 'a.example', port: 80 })).toBe('a.example:80');
  });

  test('has the length of its body in bytes', () => {
    expect(bytesOf({ method: 'POST', body: '{"t":"é"}' })).toContain('\r\nContent-Length: 10\r\n\r\n{"t":"é"}');
  });

  test.each(['POST', 'PUT', 'PATCH'])('says of a %s without a body that it has none', (method) => {
    expect(bytesOf({ method })).toBe(`${method} /test HTTP/1.1\r\nHost: a.example:8080\r\nContent-Length: 0\r\n\r\n`);
    expect(bytesOf({ method: 'DELETE' })).not.toContain('Content-Length');
  });

  test('keeps a Host and a length that were given', () => {
    const text = bytesOf({ headers: { host: 'a.example', 'content-length': '1' }, body: 'x' });
    expect(text.match(/host|content-length/gi)).toHaveLength(2);
  });

  test.each([
    ['a line break in a header', { headers: { 'X-A': 'b\r\nX-C: d' } }],
    ['a line break in the path', { path: '/a\r\nX: y' }],
    ['a space in the path', { path: '/a b' }],
    // The low bytes of these are a line feed and a carriage return.
    ['a path beyond ASCII', { path: '/上' }],
    ['a header beyond Latin-1', { headers: { 'X-A': 'č' } }],
    ['a name of a header beyond ASCII', { headers: { 'X-上': 'a' } }],
    ['a method beyond ASCII', { method: 'GETč' }],
  ])('is refused with %s', (_, change) => {
    expect(() => bytesOf(change)).toThrow(/^the (?:method|path|header .*) of the request may hold only/);
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

describe('a request with placeholders', () => {
  test('is the same each time only when it has none', () => {
    expect(new RequestTemplate(GET_TEST).isFixed).toBe(true);
    expect(new RequestTemplate({ ...GET_TEST, headers: { 'X-User': '{{user}}' } }).isFixed).toBe(false);
  });

  test('escapes what stands in a path, and keeps a header to its line', () => {
    const text = bytesOf({ path: '/t/{{id}}?q={{id}}', headers: { 'X-Id': 'v {{id}}' } }, { id: 'a/b ?\r\nX: y' });
    expect(text).toBe(
      'GET /t/a%2Fb%20%3F%0D%0AX%3A%20y?q=a%2Fb%20%3F%0D%0AX%3A%20y HTTP/1.1\r\nHost: a.example:8080\r\nX-Id: v a/b ?  X: y\r\n\r\n',
    );
  });

  test('keeps a header to its line also where the low byte of a character would break it', () => {
    const text = bytesOf({ headers: { 'X-Id': '{{id}}' } }, { id: 'a上čX-B: é\u0080' });
    expect(text.split('\r\n')[2]).toBe(Buffer.from('X-Id: a  X-B: é\u0080', 'latin1').toString());
    expect(text.split('\r\n')).toHaveLength(5);
  });

  test('puts a lone surrogate into a path as the character for what cannot be read', () => {
    expect(bytesOf({ path: '/t/{{id}}' }, { id: '\ud800x' })).toContain('GET /t/%EF%BF%BDx HTTP/1.1');
  });

  test('keeps the type of a saved value that is the whole string, and escapes one that is a part', () => {
    const body = JSON.stringify({ id: '{{id}}', done: '{{done}}', title: 'no {{id}} {{text}}', seq: '{{seq}}' });
    const text = bytesOf({ method: 'POST', body, body_is_json: true }, { id: 7, done: true, text: 'say "x"\n' });
    expect(JSON.parse(text.slice(text.indexOf('{')))).toEqual({
      id: 7,
      done: true,
      title: 'no 7 say "x"\n',
      seq: '17',
    });
  });

  test('fills strings of JSON only where they are values, and leaves the rest as it is written', () => {
    const body = '{"{{id}}" :"{{id}}","a\\"{{id}}":["\\"{{id}}","{{id}}\\\\",12345678901234567890],"plain":"\\u00e9"}';
    const text = bytesOf({ method: 'POST', body, body_is_json: true }, { id: 7 });
    expect(text.slice(text.indexOf('{'))).toBe(
      '{"{{id}}" :7,"a\\"{{id}}":["\\"7","7\\\\",12345678901234567890],"plain":"\\u00e9"}',
    );
  });

  test('is the same each time where only the name of a member looks like a placeholder', () => {
    const template = new RequestTemplate({ ...GET_TEST, body: '{"{{id}}":1}', body_is_json: true });
    expect([template.isFixed, template.uses]).toEqual([true, []]);
  });

  test('puts a value into a plain body as it is', () => {
    expect(bytesOf({ body: 'id={{id}}&n={{seq}}' }, { id: 'a"b' })).toContain('\r\n\r\nid=a"b&n=17');
    expect(bytesOf({ body: '\0\r\n上{{id}}' }, { id: '\0' })).toContain('Content-Length: 7\r\n\r\n\0\r\n上\0');
    const escaped = String.raw`{"a":"\u007b\u007b{{seq}}"}`;
    expect(bytesOf({ body: escaped })).toContain(escaped.replace('{{seq}}', '17'));
  });
});
