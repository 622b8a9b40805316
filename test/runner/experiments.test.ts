import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { offerOf } from '../../src/core/target.ts';
import { matrixSize } from '../../src/core/schedule.ts';
import { parseSpec } from '../../src/core/spec-parse.ts';
import { readCatalogue } from '../../src/runner/catalogue.ts';

const FOLDER = new URL('../../experiments/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
/** The whole study takes an hour and a half. */
/** They say themselves how long they take. */
const LONG = ['paper.yaml', 'capacity.yaml'];
const MOST_S = 600;

const catalogue = readCatalogue([fileURLToPath(new URL('../../targets', import.meta.url))]);
// As a runner that has all of them says.
const offers = [...catalogue.targets.values()].map(({ manifest }) => offerOf(manifest, null));

function parsed(file: string) {
  const result = parseSpec(parse(readFileSync(new URL(file, FOLDER), 'utf8')), { offers });
  if (!result.ok) throw new Error(`${file}: ${JSON.stringify(result.problems)}`);
  return result.spec;
}

describe('the ready specs', () => {
  test('are those that the README lists', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(FILES.length).toBeGreaterThan(6);
    for (const file of FILES) expect(readme).toContain(file);
  });

  test.each(FILES)('%s is valid for the targets that there are', (file) => {
    expect(parsed(file).deployments.length).toBeGreaterThan(0);
  });

  test.each(FILES.filter((file) => !LONG.includes(file)))('%s takes ten minutes at most', (file) => {
    expect(matrixSize(parsed(file)).estimated_s).toBeLessThanOrEqual(MOST_S);
  });

  test('ask for every model, and for a list of requests', () => {
    const specs = FILES.map(parsed);
    expect(new Set(specs.flatMap(({ load }) => load.map(({ model }) => model)))).toEqual(
      new Set(['closed', 'open', 'capacity']),
    );
    expect(specs.some(({ workload }) => Array.isArray(workload))).toBe(true);
  });
});
