import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignText } from '../../src/core/foreign-text.ts';

describe('text from outside', () => {
  it('stays as it is where it is text', () => {
    expect(foreignText('Käse\tund\nWein 🧀', 100)).toBe('Käse\tund\nWein 🧀');
  });

  it('shows a replacement for what is no character', () => {
    expect(foreignText('a\0b\u001b[31mc\u009bd\rend', 100)).toBe('a�b�[31mc�d�end');
    expect(foreignText('half \ud83e, other \uddc0', 100)).toBe('half �, other �');
  });

  it('is cut between characters', () => {
    expect(foreignText('ab🧀', 4)).toBe('ab🧀');
    expect(foreignText('ab🧀', 3)).toBe('ab');
    expect(foreignText('ab🧀', 2)).toBe('ab');
  });

  it('is well-formed, without control characters, within its length and otherwise unchanged, whatever comes', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyUnit, maxLength: 60 }), fc.nat(40), (text, maxLength) => {
        const made = foreignText(text, maxLength);
        expect(made.isWellFormed()).toBe(true);
        // oxlint-disable-next-line no-control-regex
        expect(made).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(made.length).toBeLessThanOrEqual(maxLength);
        expect(made.length).toBeGreaterThanOrEqual(Math.min(text.length, maxLength) - 1);
        expect(foreignText(made, maxLength)).toBe(made);
      }),
    );
  });
});

/** UTF-16 units one by one, so that halves of characters, alone and in the wrong order, come often. */
const anyUnit = fc.oneof(
  fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0xd800, max: 0xdfff }).map((code) => String.fromCharCode(code)),
  fc.constantFrom('🧀', '\ufffd', 'ä'),
);
