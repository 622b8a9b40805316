import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';

const SOURCES = fileURLToPath(new URL('./application', import.meta.url));
/** Where in the repository it is. */
const SUBDIR = 'app';
/** Its name as a target. */
export const TARGET = 'shops';

/** A day that does not change: the same sources are the same commit in every run of the program. */
const DATE = '2026-01-01T00:00:00Z';

export interface Application {
  /** A folder of targets, with this one in it. */
  readonly targets: string;
  /** The commit that nothing was planted in. */
  readonly base: string;
  /** The commit whose requests burn so many iterations more than the base's; 0: only a comment differs. Made once, then known. */
  readonly head: (iterations: number) => string;
}

/**
 * A repository of its own with a small application, and the target that names it, under a folder that every user may enter. The
 * application computes, and what it needs stays in the processor's cache: what others do to a shared memory moves it little.
 */
export function makeApplication(folder: string): Application {
  const repository = join(folder, 'repository');
  cpSync(SOURCES, join(repository, SUBDIR), { recursive: true });
  git(repository, 'init', '--quiet', '--initial-branch=main');
  const base = commit(repository, 'A finder of shops');
  const heads = new Map<number, string>();
  const head = (iterations: number): string => {
    const made = heads.get(iterations) ?? plant(repository, base, iterations);
    heads.set(iterations, made);
    return made;
  };
  return { targets: writeTarget(folder, repository), base, head };
}

function plant(repository: string, base: string, iterations: number): string {
  git(repository, 'checkout', '--quiet', '--detach', base);
  if (iterations === 0) {
    change(repository, 'server.mjs', (text) => `${text}\n// Nothing but this comment differs.\n`);
    return commit(repository, 'Add a comment');
  }
  change(repository, 'cost.mjs', (text) => text.replace(/ITERATIONS = \d+/, `ITERATIONS = ${iterations}`));
  return commit(repository, `Burn ${iterations} iterations in each request`);
}

function change(repository: string, name: string, edit: (text: string) => string): void {
  const file = join(repository, SUBDIR, name);
  const before = readFileSync(file, 'utf8');
  const after = edit(before);
  if (after === before) throw new Error(`${name} is not as it was expected`);
  writeFileSync(file, after);
}

function commit(repository: string, message: string): string {
  git(repository, 'add', '--all');
  git(repository, 'commit', '--quiet', '--message', message);
  return git(repository, 'rev-parse', 'HEAD');
}

/** With nobody's settings. */
function git(cwd: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env['PATH'],
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Validity',
    GIT_AUTHOR_EMAIL: 'validity@example.com',
    GIT_COMMITTER_NAME: 'Validity',
    GIT_COMMITTER_EMAIL: 'validity@example.com',
    GIT_AUTHOR_DATE: DATE,
    GIT_COMMITTER_DATE: DATE,
  };
  const done = spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

const MANIFEST = {
  name: TARGET,
  display_name: 'A finder of shops',
  language: 'node',
  category: 'production',
  kind: 'micro',
  servers: { node: { interfaces: ['http'], argv: ['node', 'server.mjs', '{port}'] } },
  ready: { path: '/shops', timeout_s: 10 },
  workloads: ['nearest'],
};

/** The place of a shop. */
const REQUEST = 'GET /shops?lat=46.074&lon=8.334';

const CONTRACT = {
  version: 1,
  requests: [
    { request: REQUEST, expect: { status: 200, at: { '$.length': 20, '$[0].id': 123, '$[0].km': 0 } } },
    { request: 'GET /nowhere', expect: { status: 404 } },
  ],
  workloads: { nearest: { about: 'The 20 nearest of 1,000 shops', request: REQUEST, status: 200 } },
};

function writeTarget(folder: string, repository: string): string {
  const targets = join(folder, 'targets');
  mkdirSync(join(targets, TARGET), { recursive: true });
  const source = { git: repository, subdir: SUBDIR, build: ['node', 'build.mjs'] };
  writeFileSync(join(targets, TARGET, 'target.yaml'), stringify({ ...MANIFEST, source }));
  writeFileSync(join(targets, 'contract.yaml'), stringify(CONTRACT));
  chmodSync(folder, 0o755);
  return targets;
}
