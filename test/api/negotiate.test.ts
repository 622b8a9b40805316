import { describe, expect, it } from 'vitest';
import { matchesReprDigest } from '../../src/api/digest.ts';
import { matchesEtag } from '../../src/api/etag.ts';
import { negotiate } from '../../src/api/negotiate.ts';

type Offered = 'application/json' | 'text/csv';
const choose = (accept: string | undefined) => negotiate<Offered>(accept, ['application/json', 'text/csv']);

describe('negotiate', () => {
  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV', 'text/csv'],
    ['text/csv;header=present', 'text/csv'],
    ['application/json;q=0.1, text/csv;q=0.2', 'text/csv'],
    // RFC 9110, 12.5.1: the most specific range decides.
    ['text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ])('reads %j as a wish for %s', (accept, type) => {
    expect(choose(accept)).toBe(type);
  });

  it.each(['image/png', 'application/json;q=0', '*/*;q=0'])('has nothing for %s', (accept) => {
    expect(() => choose(accept)).toThrow('offered: application/json, text/csv');
  });
});

describe('matchesEtag', () => {
  it.each([
    ['W/"a.1"', true],
    ['"a.1"', true],
    ['W/"x", W/"a.1"', true],
    ['*', true],
    ['W/"a.2"', false],
    ['a.1', false],
    [undefined, false],
  ])('compares weakly: %s → %s', (header, matches) => {
    expect(matchesEtag(header, 'W/"a.1"')).toBe(matches);
  });
});

describe('matchesReprDigest', () => {
  const body = new TextEncoder().encode('{"hello": "world"}\n');
  // RFC 9530, appendix B.1: the representation digest of this body.
  const known = 'RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=';

  it('knows the digest of RFC 9530, appendix B.1', async () => {
    expect(matchesReprDigest(`sha-256=:${known}:`, body)).toBe(true);
    expect(matchesReprDigest(`sha-512=:AAAA:, sha-256=:${known}:`, body)).toBe(true);
  });

  it('sees another body, and says null when there is no digest to read', async () => {
    expect(matchesReprDigest(`sha-256=:${known}:`, new Uint8Array())).toBe(false);
    for (const header of [undefined, '', 'sha-256=abc', `sha-256=${known}`, 'md5=:AAAA:']) {
      expect(matchesReprDigest(header, body), header).toBeNull();
    }
  });
});
