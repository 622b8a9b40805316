import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CONFIG = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../src/api/worker.ts', import.meta.url));

/** A copy of wrangler.toml whose rate limit no test reaches; everything else is what is deployed. */
export function unlimitedConfig(folder: string): string {
  const text = readFileSync(CONFIG, 'utf8')
    .replace('main = "src/api/worker.ts"', `main = ${JSON.stringify(ENTRY)}`)
    .replace(/limit = \d+/, 'limit = 1000000');
  const file = join(folder, 'wrangler.toml');
  writeFileSync(file, text);
  return file;
}
