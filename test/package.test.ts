import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

interface Source {
  readonly file: string;
  readonly text: string;
}

const sources: readonly Source[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ file: `src/${name}`, text: readFileSync(join(root, 'src', name), 'utf8') }));

/** Names of the packages that are loaded at run time, `@scope/name` or `name`; a type is gone in the build. */
function packagesOf({ text }: Source): string[] {
  const loaded = /^(?:import|export)\s(?!type\s)[^;]*?from '([^'.][^']*)'|\bimport\('([^'.][^']*)'\)/gm;
  return [...text.matchAll(loaded)]
    .map(([, from, dynamic]) => from ?? dynamic ?? '')
    .filter((name) => !/^(?:node|cloudflare):/.test(name))
    .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

describe('the package', () => {
  it('depends on exactly what its sources load: nothing of a checkout is there when it is installed elsewhere', () => {
    const loaded = new Set(sources.flatMap(packagesOf));
    expect([...loaded].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it('names no TypeScript file of its own at run time: in a build it has another extension', () => {
    const naming = /(?<!from |import\(|^import )'\.{0,2}\/?[\w./-]+\.ts'/m;
    expect(sources.filter(({ text }) => naming.test(text)).map(({ file }) => file)).toEqual([]);
  });
});
