import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CliRun, ended } from '../cli/run-cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs commands of the documentation. */
export interface DocumentShell {
  /** One command line, or a script, in `sh` or what is given. */
  run(
    script: string,
    options?: {
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
      readonly shell?: readonly string[];
    },
  ): Promise<CliRun>;
}

/**
 * A shell that works in `folder`, in which `npx benchwright` is this checkout, git knows a person, and nothing of the test's own keys and
 * addresses is left.
 */
export function makeDocumentShell(folder: string): DocumentShell {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  const npx = `#!/bin/sh\n[ "$1" = benchwright ] || exit 64\nshift\nexec '${process.execPath}' '${root}/bin/benchwright.js' "$@"\n`;
  writeFileSync(join(folder, 'bin', 'npx'), npx);
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
  const { BENCHWRIGHT_KEY: _key, BENCHWRIGHT_URL: _url, DATABASE_URL: _database, ...inherited } = process.env;
  const person = { NAME: 'A Reader', EMAIL: 'reader@example.com' };
  const git = ['AUTHOR', 'COMMITTER'].flatMap((who) =>
    Object.entries(person).map(([key, value]) => [`GIT_${who}_${key}`, value]),
  );
  const common = {
    ...inherited,
    ...Object.fromEntries(git),
    NO_COLOR: '1',
    PATH: `${folder}/bin:${inherited['PATH']}`,
  };
  return {
    run: (script, { env = {}, cwd = folder, shell: [program = 'sh', ...args] = ['sh'] } = {}) =>
      ended(spawn(program, [...args, '-c', script], { cwd, env: { ...common, ...env } as NodeJS.ProcessEnv })),
  };
}
