import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.ts';

const OF_TESTS = new URL('../', import.meta.url);

it('Every error code is named in some test', () => {
  const tests = readdirSync(OF_TESTS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const text = tests.map((name) => readFileSync(new URL(name, OF_TESTS), 'utf8')).join('\n');
  expect(ERROR_CODES.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});
