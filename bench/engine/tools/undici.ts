import { fileURLToPath } from 'node:url';
import type { Program } from './tool.ts';

/** Its `dispatch` in a closed loop (`undici-driver.ts`), with a second of warm-up; it records no latency. */
export const undici: Program = {
  name: 'undici',
  file: null,
  install: 'npm ci',
  versionArgs: ['-p', "require('undici/package.json').version"],
  args: ({ server, connections, seconds }) => {
    const driver = fileURLToPath(new URL('./undici-driver.ts', import.meta.url));
    return [driver, server.url, String(connections), String(seconds)];
  },
  read: (output) => Number(output),
};
