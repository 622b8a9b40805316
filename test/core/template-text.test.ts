import { describe, expect, test } from 'vitest';
import { parseTemplate, savedNames } from '../../src/core/template-text.ts';

describe('a template', () => {
  test('is text and values in order', () => {
    expect(parseTemplate('/tasks/{{id}}?n={{ random:1-100 }}')).toEqual({
      ok: true,
      parts: [
        { text: '/tasks/' },
        { name: 'id', lo: 0, hi: 0 },
        { text: '?n=' },
        { name: 'random', lo: 1, hi: 100 },
      ],
    });
    expect(parseTemplate('')).toEqual({ ok: true, parts: [] });
    expect(parseTemplate('{"a":{"b":{}}}')).toEqual({ ok: true, parts: [{ text: '{"a":{"b":{}}}' }] });
  });

  test.each([
    ['{{}}', 'expected a name'],
    ['{{Id}}', 'expected a name'],
    ['{{a b}}', 'expected a name'],
    ['{{random}}', 'expected a range'],
    ['{{random:9-1}}', 'expected a range'],
    ['{{random:a-b}}', 'expected a range'],
    ['{{id:1-2}}', 'only random has a range'],
  ])('%s is a problem that says what was expected', (text, problem) => {
    const parsed = parseTemplate(text);
    expect(parsed.ok ? '' : parsed.problem).toContain(problem);
    expect(parsed.ok ? '' : parsed.problem).toContain(text);
  });

  test('needs what it names, the values of the engine left out', () => {
    expect(savedNames('{{seq}} {{id}} {{user}} {{uuid}} {{random:1-2}} {{other}}')).toEqual(['id', 'other']);
  });
});
