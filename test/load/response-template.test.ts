import { describe, expect, test } from 'vitest';
import { ResponseTemplate } from '../../src/load/response-template.ts';

const BODY = '{"ok":true}';

function answer(change: { date?: string; type?: string; length?: string } = {}): string {
  const { date = 'Sun, 06 Nov 1994 08:49:37 GMT', type = 'text/html', length = '11' } = change;
  return `HTTP/1.1 200 OK\r\nDate: ${date}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n${BODY}`;
}

function learnt(text: string): { matches(other: string): boolean } {
  const buffer = new Uint8Array(4096);
  const template = new ResponseTemplate(buffer);
  buffer.set(Buffer.from(text, 'latin1'));
  template.learn(200, text.length - BODY.length, BODY.length);
  return {
    matches(other) {
      buffer.fill(0xff);
      buffer.set(Buffer.from(other, 'latin1'));
      return template.matches(other.length);
    },
  };
}

describe('the template of the last answer', () => {
  test('matches the same head with another date and another body', () => {
    const template = learnt(answer());
    expect(template.matches(answer())).toBe(true);
    expect(template.matches(answer({ date: 'Mon, 07 Dec 2026 10:00:01 GMT' }))).toBe(true);
    expect(template.matches(answer().replace('true', 'null'))).toBe(true);
  });

  test('does not match any other change of the head, nor another length', () => {
    const template = learnt(answer());
    expect(template.matches(answer({ type: 'text/xhtm' }))).toBe(false);
    expect(template.matches(answer({ length: '12' }))).toBe(false);
    expect(template.matches(answer().replace('200', '500'))).toBe(false);
    expect(template.matches(`${answer()}x`)).toBe(false);
    expect(template.matches(answer().slice(0, -1))).toBe(false);
    expect(template.matches(answer({ date: 'Mon, 07 Dec 2026 10-00-01 GMT' }))).toBe(false);
  });

  test('holds a date in another form to its very bytes', () => {
    const text = answer({ date: '1994-11-06 08:49:37 and a bit' });
    const template = learnt(text);
    expect(template.matches(text)).toBe(true);
    expect(template.matches(text.replace('1994', '1995'))).toBe(false);
  });

  test('matches nothing before it has learnt', () => {
    expect(new ResponseTemplate(new Uint8Array(64)).matches(20)).toBe(false);
  });
});
