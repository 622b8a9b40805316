import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Made by tools and by runs: not part of a clone. */
const NOT_CLONED = new Set([
  '.git',
  'node_modules',
  'dist',
  '.tsbuild',
  '.benchwright',
  'results',
  '.venv',
  '__pycache__',
]);

/** A copy of the checkout as a clone has it, with what is installed. */
export function cloneCheckout(into: string): string {
  const clone = join(into, 'clone');
  cpSync(ROOT, clone, {
    recursive: true,
    filter: (path) =>
      !path
        .slice(ROOT.length)
        .split(sep)
        .some((part) => NOT_CLONED.has(part)),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** What tools leave in the folders that are packed. */
export function litter(clone: string): void {
  for (const path of [
    'targets/hono/node_modules/hono/index.js',
    'targets/fastapi/.venv/bin/python',
    'targets/fastapi/__pycache__/main.cpython-311.pyc',
    'targets/django/project/__pycache__/urls.cpython-311.pyc',
    'dist/cli/removed-long-ago.js',
    'results/exp_1/results.json',
    '.benchwright/secret.key',
  ]) {
    mkdirSync(dirname(join(clone, path)), { recursive: true });
    writeFileSync(join(clone, path), '');
  }
}

/**
 * The environment of a user who has this Node and no checkout: none of what npm adds to a script, so that neither `npx` nor a
 * program of the checkout is found by accident.
 */
export function userEnvironment(): Record<string, string> {
  const path = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)];
  const isNpm =
    /^(?:npm_(?:lifecycle|package|config_local_prefix|command|execpath|node_execpath)|INIT_CWD$|NODE(?:_OPTIONS|_ENV|_PATH)?$|VITEST|BENCHWRIGHT_|DATABASE_URL$)/;
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !isNpm.test(entry[0]),
  );
  const folders = path.filter((folder, i) => i === 0 || !folder.includes(`${sep}node_modules${sep}`));
  return { ...Object.fromEntries(kept), PATH: folders.join(delimiter), NO_COLOR: '1' };
}

/** Runs a program of npm's to its end; throws with what it said when it fails. */
export function npm(folder: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, env: userEnvironment(), encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

export interface Tarball {
  readonly path: string;
  readonly bytes: number;
  /** Paths in it, without npm's leading `package/`. */
  readonly files: readonly string[];
}

export function pack(clone: string, into: string): Tarball {
  npm(clone, 'pack', '--pack-destination', into);
  const name = readdirSync(into).find((file) => file.endsWith('.tgz')) ?? 'no tarball';
  const path = join(into, name);
  const listed = spawnSync('tar', ['-tzf', path], { encoding: 'utf8' }).stdout.trim().split('\n');
  return { path, bytes: statSync(path).size, files: listed.map((file) => file.replace(/^package\//, '')) };
}

/** `npx benchwright …` in the folder where the package is installed. */
export function npx(folder: string, ...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn('npx', ['--no-install', 'benchwright', ...args], { cwd: folder, env: userEnvironment() });
}
