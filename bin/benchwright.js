#!/usr/bin/env node
// Plain JavaScript that an old Node can read too: it finds a Node that can run the program, then hands over.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const BAD_INPUT = 2;
const HANDED_OVER = 'BENCHWRIGHT_HANDED_OVER'; // set for the Node that is handed over to
const root = fileURLToPath(new URL('..', import.meta.url));
const source = new URL('../src/cli/main.ts', import.meta.url);
const built = new URL('../dist/cli/main.js', import.meta.url);
// A checkout runs its sources. A package has only what was built from them: Node refuses TypeScript under node_modules.
const isCheckout = existsSync(source);
// A checkout brings its own Node as the npm package `node`, so that the machine's does not matter.
const pinned = `${root}node_modules/node/bin/node`;
const args = process.argv.slice(2);
const oldest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  .engines.node.match(/\d+/g)
  .map(Number);

if (isNewEnough(process.versions.node)) await runHere();
else if (existsSync(pinned)) runOnPinnedNode();
else refuse(tooOld());

async function runHere() {
  endWithWhoeverHandedOver();
  try {
    const { main } = await import(isCheckout ? source : built);
    await main(args);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || !isCheckout || existsSync(`${root}node_modules`)) throw error;
    refuse('nothing is installed in this checkout yet: run `npm ci` first.');
  }
}

function isNewEnough(version) {
  const parts = version.split('.').map(Number);
  const at = oldest.findIndex((part, i) => part !== parts[i]);
  return at === -1 || parts[at] > oldest[at];
}

function tooOld() {
  const wanted = `Node ${oldest.join('.')} or newer is needed, and this is ${process.versions.node}`;
  if (!isCheckout) return `${wanted}: install a newer one.`;
  return (
    `${wanted}. The checkout brings its own, but the install script that fetches it has not run: ` +
    'run `npm ci --ignore-scripts=false`.'
  );
}

/** What cannot run here is bad input like any other: one line with the remedy, with --json one document. */
function refuse(message) {
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ error: message })}\n`);
  process.stderr.write(`benchwright: ${message}\n`);
  process.exitCode = BAD_INPUT;
}

/** The channel to the process below closes when that ends, also when it is killed: then this one ends in order. */
function endWithWhoeverHandedOver() {
  if (process.env[HANDED_OVER] === undefined || !process.channel) return;
  delete process.env[HANDED_OVER];
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // It carries no messages, and must keep nothing alive.
  process.channel.unref();
}

function runOnPinnedNode() {
  const child = spawn(pinned, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [HANDED_OVER]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A Ctrl-C reaches the whole foreground group by itself; here it must only not end the parent first.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on('error', (error) => refuse(`the checkout's own Node cannot be started (${error.message}): run \`npm ci\`.`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
