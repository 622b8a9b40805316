import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../runner/support/fixture-trial.ts';
import { spawnWrangler } from './wrangler.ts';

/** Below the limit of every plan, and read by an isolate in a few tens of milliseconds. */
const MAX_GZIP_BYTES = 1024 * 1024;
/** What runs on hardware of the user, on Node alone, or in the terminal. */
const FOREIGN =
  /(?:^|\/)src\/(?:runner|load|cli)\/|node_modules\/(?:@electric-sql\/pglite|undici|pino[\w-]*|@hono\/node-server|systeminformation|commander|cli-[\w-]+)\//;

interface Metafile {
  readonly inputs: Record<string, { readonly bytes: number }>;
  readonly outputs: Record<
    string,
    { readonly bytes: number; readonly inputs: Record<string, { readonly bytesInOutput: number }> }
  >;
}

const folder = temporaryFolder();
let metafile: Metafile;
let gzipBytes: number;

/** What would be deployed, made as it would be, and sent nowhere. */
beforeAll(async () => {
  const out = join(folder.path, 'out');
  const meta = join(folder.path, 'meta.json');
  const child = spawnWrangler({
    args: ['deploy', '--dry-run', '--outdir', out, '--metafile', meta],
    home: folder.path,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(said);
  metafile = JSON.parse(readFileSync(meta, 'utf8')) as Metafile;
  const scripts = readdirSync(out).filter((name) => /\.(?:js|mjs|wasm|bin)$/.test(name));
  gzipBytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(out, name))).length, 0);
});
afterAll(() => folder[Symbol.dispose]());

describe('what is deployed to Workers', () => {
  it('has at most 1 MB, compressed', () => {
    process.stdout.write(`bundle: ${(gzipBytes / 1024).toFixed(0)} KiB gzip\n`);
    expect(gzipBytes).toBeGreaterThan(100 * 1024);
    expect(gzipBytes).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });

  it('has the API and the page in it, and nothing of runner, engine, commands or what is for Node alone', () => {
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((path) => path.endsWith('src/api/app.ts'))).toBe(true);
    expect(inputs.some((path) => path.endsWith('src/report/page.ts'))).toBe(true);
    expect(inputs.filter((path) => FOREIGN.test(path))).toEqual([]);
  });
});
