import { fileURLToPath } from 'node:url';
import type { Program } from './tool.ts';

interface Result {
  readonly requests: { readonly average: number };
  readonly errors: number;
  readonly non2xx: number;
}

const script = (): string => fileURLToPath(import.meta.resolve('autocannon/autocannon.js'));

/** One thread, as without `-w`; a second of warm-up with connections of its own comes before what is counted. */
export const autocannon: Program = {
  name: 'autocannon',
  file: null,
  install: 'npm ci',
  versionArgs: [script(), '--version'],
  args: ({ server, connections, seconds }) => {
    const warmup = ['-W', '[', '-c', String(connections), '-d', '1', ']'];
    return [script(), '--json', '-c', String(connections), '-d', String(seconds), ...warmup, server.url];
  },
  // One document for the warm-up, one for the run.
  read: (output) => {
    const { requests, errors, non2xx } = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Result;
    if (errors > 0 || non2xx > 0) throw new Error(`autocannon: ${errors} errors, ${non2xx} bad statuses`);
    return requests.average;
  },
};
