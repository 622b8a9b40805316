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

  test('does not match where a line is hidden in the date', () => {
    const template = learnt(answer());
    for (const date of [
      'Sun, 06 Nov \r\n\r\n 08:49:37 GMT',
      'Sun, \r\n Nov 1994 08:49:37 GMT',
      'Sun, 06 N\r\n 1994 08:49:37 GMT',
      '\r\nX, 06 Nov 1994 08:49:37 GMT',
      'Sun, 06 Nov 1994 08:49:\0\n GMT',
    ]) {
      expect(date).toHaveLength(29);
      expect(template.matches(answer({ date }))).toBe(false);
    }
  });

  test('matches every day of a century', () => {
    const template = learnt(answer());
    for (let day = 0; day < 36_525; day += 1) {
      const date = new Date(Date.UTC(2000, 0, 1, day % 24, day % 60, day % 59) + day * 86_400_000).toUTCString();
      if (!template.matches(answer({ date }))) expect(date).toBe('matched');
    }
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
