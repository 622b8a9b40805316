import { describe, expect, test } from 'vitest';
import { BodyCheck, canonicalJson } from '../../src/load/body-check.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('the check of bodies', () => {
  test('takes any text of the same JSON value', () => {
    const check = new BodyCheck('{"b":[1,{"d":null}],"a":"x"}');
    expect(check.isGood(bytes('{ "a": "x", "b": [1, {"d": null}] }'))).toBe(true);
    expect(check.isGood(bytes('{ "a": "x", "b": [1, {"d": null}] }'))).toBe(true);
    expect(check.isGood(bytes('{"a":"x","b":[1,{"d":0}]}'))).toBe(false);
    expect(check.isGood(bytes('{"a":"x"'))).toBe(false);
    expect(check.isGood(bytes(''))).toBe(false);
    expect(check.isGood(null)).toBe(false);
  });

  test('looks at the first answer and then at one in 32', () => {
    const check = new BodyCheck('1');
    const due = Array.from({ length: 65 }, () => check.due());
    expect(due.flatMap((isDue, i) => (isDue ? [i] : []))).toEqual([0, 32, 64]);
  });

  test('looks at none where no body is expected', () => {
    expect(new BodyCheck(null).due()).toBe(false);
  });

  test('sorts keys at every depth', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: 'é' }] })).toBe('{"a":[{"c":"é","d":1}],"b":1}');
  });
});
