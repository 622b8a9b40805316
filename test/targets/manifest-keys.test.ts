import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifestSchema } from '../../src/core/target.ts';
import { sourceSchema } from '../../src/core/target-source.ts';

const page = readFileSync(new URL('../../docs/adding-a-target.md', import.meta.url), 'utf8');
const rows = new Set([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key));

describe('docs/adding-a-target.md', () => {
  it.each(Object.keys(manifestSchema.shape))('says what the key %s of a manifest is', (key) => {
    expect(rows).toContain(key);
  });

  it.each(Object.keys(sourceSchema.shape).filter((key) => key !== 'path'))(
    'says what the key %s of source is',
    (key) => {
      expect(rows).toContain(key);
    },
  );
});
