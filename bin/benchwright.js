#!/usr/bin/env node
// Plain JavaScript that any Node can read: it finds a Node that can run the program, then hands over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST = [22, 18]; // the first release that runs TypeScript sources without a flag
const HANDED_OVER = 'BENCHWRIGHT_HANDED_OVER'; // set for the Node that is handed over to
const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);

if (isNewEnough) {
  const built = new URL('../dist/cli/main.js', import.meta.url);
  const source = new URL('../src/cli/main.ts', import.meta.url);
  endWithWhoeverHandedOver();
  const { main } = await import(existsSync(source) ? source : built);
  await main(process.argv.slice(2));
} else {
  runOnPinnedNode();
}

/** The channel to the process below closes when that ends, also when it is killed: then this one ends in order. */
function endWithWhoeverHandedOver() {
  if (process.env[HANDED_OVER] === undefined || !process.channel) return;
  delete process.env[HANDED_OVER];
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // It carries no messages, and must keep nothing alive.
  process.channel.unref();
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
  const child = spawn(pinned, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [HANDED_OVER]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A Ctrl-C reaches the whole foreground group by itself; here it must only not end the parent first.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === 'SIGINT' ? 2 : 15)));
}
