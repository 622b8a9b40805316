import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Results, resultsSchema } from '../../src/core/results.ts';

/** A demo of a second or two per trial, on its first level of users and all of its connections. */
export const SHORT = ['repetitions=1', 'window_s=2', 'warmup_s=0.5', 'load.0.users=[20]'].flatMap((setting) => [
  '--set',
  setting,
]);

/** The arguments of a demo that keeps its data in `{folder}/data` and ends by itself. */
export function demo(folder: string, ...more: readonly string[]): string[] {
  return ['demo', '--exit', '--port', '0', '--data-dir', join(folder, 'data'), ...more];
}

/** What the last demo in `folder` has left there. */
export function savedResults(folder: string): Results {
  const [id = ''] = readdirSync(join(folder, 'results')).sort().slice(-1);
  return resultsSchema.parse(JSON.parse(readFileSync(join(folder, 'results', id, 'results.json'), 'utf8')));
}
