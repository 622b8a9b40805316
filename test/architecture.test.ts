import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function filesUnder(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);
}

/** The layer table of ARCHITECTURE.md: `| core | – |`. */
function documentedLayers(): Map<string, string[]> {
  const rows = read('ARCHITECTURE.md').matchAll(/^\| `src\/(\w+)` \| ([^|]+) \|/gm);
  return new Map(
    [...rows].map(([, layer = '', imports = '']) => [
      layer,
      imports.trim() === '–' ? [] : imports.split(',').map((s) => s.trim()),
    ]),
  );
}

describe('architecture', () => {
  const layers = documentedLayers();

  it('documents every folder of src as a layer', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((e) => e.isDirectory())
      .map((e) => e.name);
    expect([...layers.keys()].sort()).toEqual(folders.sort());
  });

  it.each([...layers])(
    'lets %s import only what ARCHITECTURE.md says, by TypeScript project references',
    (layer, imports) => {
      const config = JSON.parse(read(`src/${layer}/tsconfig.json`)) as { references: { path: string }[] };
      expect(config.references.map((r) => r.path.replace('../', '')).sort()).toEqual([...imports].sort());
    },
  );

  it('has no import across a layer that is not allowed, not even a type', () => {
    const wrong = [...layers].flatMap(([layer, imports]) =>
      filesUnder(`src/${layer}`, '.ts').flatMap((file) =>
        [...read(file).matchAll(/from '(\.\.?\/[^']+)'/g)]
          .map(([, path = '']) => new URL(path, `file:///${file}`).pathname.split('/')[2] ?? '')
          .filter((other) => other !== layer && !imports.includes(other))
          .map((other) => `${file} imports ${other}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps core and report free of Node and of its clock and randomness', () => {
    const impure = /from 'node:|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.\w/;
    const found = [...filesUnder('src/core', '.ts'), ...filesUnder('src/report', '.ts')].filter((file) =>
      impure.test(read(file)),
    );
    expect(found).toEqual([]);
  });

  it('cites only paths that exist in its documents', () => {
    const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...filesUnder('docs', '.md')];
    const missing = documents.flatMap((document) =>
      [...read(document).matchAll(/`((?:src|docs|test|targets|experiments|bench|migrations|bin)\/[\w./-]+)`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${document}: ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('keeps every source file short enough to hold one idea', () => {
    const long = filesUnder('src', '.ts').filter((file) => read(file).split('\n').length > 300);
    expect(long).toEqual([]);
  });
});
