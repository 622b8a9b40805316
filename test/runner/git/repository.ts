import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../support/fixture-trial.ts';

export interface Repository extends Disposable {
  readonly path: string;
  /** Changes files (null: removed; `→ x`: a link to x), commits on the branch that is checked out, and returns the commit. */
  commit(files: Readonly<Record<string, string | null>>): string;
  /** Runs git in it, and returns what that prints. */
  git(...args: readonly string[]): string;
}

/** A real repository in a folder of its own, with nobody's settings. */
export function repository(): Repository {
  const folder = temporaryFolder();
  const { path } = folder;
  const git = (...args: readonly string[]): string => {
    const env = {
      PATH: process.env['PATH'],
      HOME: path,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    };
    const done = spawnSync('git', args, { cwd: path, env, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
    return done.stdout.trim();
  };
  git('init', '--quiet', '--initial-branch=main');
  return {
    path,
    git,
    commit: (files) => {
      for (const [name, text] of Object.entries(files)) write(join(path, name), text);
      git('add', '--all', '--force');
      git('commit', '--quiet', '--allow-empty', '--message', 'A commit');
      return git('rev-parse', 'HEAD');
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

function write(path: string, text: string | null): void {
  rmSync(path, { recursive: true, force: true });
  if (text === null) return;
  mkdirSync(dirname(path), { recursive: true });
  if (text.startsWith('→ ')) symlinkSync(text.slice(2), path);
  else writeFileSync(path, text);
}

/** A folder that every user may enter, gone after the test. */
export function openFolder(): ReturnType<typeof temporaryFolder> {
  const folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  return folder;
}
