import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { foreignMarkdown } from '../../src/report/foreign-markdown.ts';

/** What a browser shows of it: the references resolved. */
const shown = (markdown: string) =>
  markdown
    .replace(/^<code>(.*)<\/code>$/su, '$1')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

it.each([
  '@maintainers please merge',
  '![x](https://example.com/pixel.png)',
  '[click](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '</code><script>alert(1)</script>',
  '`code` and ``more``',
  'a | b | c',
  '# heading',
  '- [x] done',
  'https://example.com www.example.com user@example.com',
  '#1 owner/repo#1 GH-1',
  ':rocket: *bold* _it_ ~~gone~~',
  '--> <!-- benchwright:mine -->',
  '&#64;maintainers &lt;b&gt;',
  '$$x$$',
  '\\| \\` \\@',
])('%s stands in a comment as it is, and does nothing', (text) => {
  const markdown = foreignMarkdown(text);
  expect(shown(markdown)).toBe(text);
  expect(markdown).toMatch(/^<code>(?:[\p{L}\p{N} -]|&#\d+;)*<\/code>$/u);
});

it('Line ends, controls and what turns the direction of text become spaces', () => {
  expect(shown(foreignMarkdown('a\nb\r\tc\0d\u202ee\u2028f'))).toBe('a b  c d e f');
  expect(foreignMarkdown(' \n ')).toBe('');
});

it('Whatever the text, nothing but letters, digits, spaces, hyphens and references is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(foreignMarkdown(text)).toMatch(/^(?:<code>(?:[\p{L}\p{N} -]|&#\d+;)+<\/code>)?$/u);
    }),
  );
});
