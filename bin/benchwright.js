#!/usr/bin/env node
// Plain JavaScript that any Node can read: it finds a Node that can run the program, then hands over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST = [22, 18]; // the first release that runs TypeScript sources without a flag
const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

if (isNewEnough) {
  const built = new URL('../dist/cli/main.js', import.meta.url);
  const source = new URL('../src/cli/main.ts', import.meta.url);
  const { main } = await import(existsSync(source) ? source : built);
  await main(process.argv.slice(2));
} else {
  runOnPinnedNode();
}

/** A checkout brings its own Node as the npm package `node`, so that the machine's does not matter. */
function runOnPinnedNode() {
  const pinned = `${root}node_modules/node/bin/node`;
  if (!existsSync(pinned)) {
    process.stderr.write(
      `benchwright needs Node ${OLDEST.join('.')} or newer; this is ${process.versions.node}. ` +
        'In a checkout run `npm ci` (without --ignore-scripts), which brings one; elsewhere install a newer Node.\n',
    );
    process.exit(2);
  }
  const child = spawn(pinned, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A Ctrl-C reaches the whole foreground group by itself; here it must only not end the parent first.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
}
