import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crc32,
  formatKey,
  KEY_RANDOM_BYTES,
  KEY_TYPES,
  keyLastFour,
  keyPrefix,
  keyType,
} from '../../src/core/key-format.ts';

const randomBytes = fc.uint8Array({ minLength: KEY_RANDOM_BYTES, maxLength: KEY_RANDOM_BYTES });

describe('a key', () => {
  it('has its type, 27 characters of randomness and 6 of checksum', () => {
    expect(formatKey('user', new Uint8Array(20))).toMatch(/^bw_user_0{27}[0-9A-Za-z]{6}$/);
    // 2^160 − 1, as the greatest KSUID (segmentio/ksuid) is written: 160 bits fit, none is lost.
    expect(formatKey('runner', new Uint8Array(20).fill(255))).toMatch(
      /^bw_runner_aWgEPTl1tmebfsQzFP4bxwgy80V[0-9A-Za-z]{6}$/,
    );
  });

  it('differs when the random bytes differ', () => {
    fc.assert(
      fc.property(randomBytes, randomBytes, (a, b) => {
        fc.pre(a.some((byte, i) => byte !== b[i]));
        expect(formatKey('user', a)).not.toBe(formatKey('user', b));
      }),
    );
  });

  it('is known by its type again, and no longer when one character is another', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KEY_TYPES), randomBytes, fc.nat(), (type, bytes, at) => {
        const key = formatKey(type, bytes);
        expect(keyType(key)).toBe(type);
        const i = at % key.length;
        const wrong = key.slice(0, i) + (key[i] === 'x' ? 'y' : 'x') + key.slice(i + 1);
        expect(keyType(wrong)).toBeNull();
      }),
    );
  });

  it('is no key with something before, after or inside', () => {
    const key = formatKey('user', new Uint8Array(20).fill(9));
    for (const text of ['', 'bw_user_', ` ${key}`, `${key}\n`, `${key}a`, key.replace('_user_', '_admin_')]) {
      expect(keyType(text), JSON.stringify(text)).toBeNull();
    }
  });

  it('refuses to be made of less than 160 bits', () => {
    expect(() => formatKey('user', new Uint8Array(19))).toThrow(RangeError);
  });

  it('is shown by its beginning and end only', () => {
    const key = formatKey('operator', new Uint8Array(20).fill(200));
    expect(keyPrefix(key)).toMatch(/^bw_operator_\w{4}$/);
    expect(key.startsWith(keyPrefix(key))).toBe(true);
    expect(key.endsWith(keyLastFour(key))).toBe(true);
  });
});

describe('crc32', () => {
  it('has the check value of the CRC catalogue (CRC-32/ISO-HDLC: "123456789" → cbf43926)', () => {
    expect(crc32('123456789')).toBe(0xcbf43926);
    expect(crc32('')).toBe(0);
  });
});
