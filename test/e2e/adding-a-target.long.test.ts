import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, type CliRun } from '../cli/run-cli.ts';
import { savedResults } from './demo-run.ts';
import { processesOf } from './processes-of.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const document = readFileSync(join(root, 'docs/adding-a-target.md'), 'utf8');

/** A file to write, or a command to run. */
type Step = { readonly path: string; readonly text: string } | { readonly command: string };

/** Blocks of code that name a file, and the lines of those that are shell; others are what something looks like. */
function stepsOf(text: string): Step[] {
  return [...text.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].flatMap(([, kind, path, body = '']): Step[] => {
    if (path !== undefined) return [{ path, text: body }];
    return kind === 'sh'
      ? body
          .trim()
          .split('\n')
          .map((command) => ({ command }))
      : [];
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-adding-'));
  mkdirSync(join(folder, 'bin'));
  const script = `#!/bin/sh\n[ "$1" = benchwright ] || exit 64\nshift\nexec '${process.execPath}' '${root}/bin/benchwright.js' "$@"\n`;
  writeFileSync(join(folder, 'bin', 'npx'), script);
  chmodSync(join(folder, 'bin', 'npx'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(command: string): Promise<CliRun> {
  const { BENCHWRIGHT_KEY: _key, BENCHWRIGHT_URL: _url, DATABASE_URL: _database, ...inherited } = process.env;
  const person = { NAME: 'A Reader', EMAIL: 'reader@example.com' };
  const git = ['AUTHOR', 'COMMITTER'].flatMap((who) =>
    Object.entries(person).map(([key, value]) => [`GIT_${who}_${key}`, value]),
  );
  const env = { ...inherited, ...Object.fromEntries(git), NO_COLOR: '1', PATH: `${folder}/bin:${inherited['PATH']}` };
  return ended(spawn('sh', ['-c', command], { cwd: folder, env: env as NodeJS.ProcessEnv }));
}

describe('docs/adding-a-target.md', () => {
  it('can be walked from its first command to its last', { timeout: 600_000 }, async () => {
    const outputs: string[] = [];
    for (const step of stepsOf(document)) {
      if ('path' in step) {
        mkdirSync(dirname(join(folder, step.path)), { recursive: true });
        writeFileSync(join(folder, step.path), step.text);
        continue;
      }
      const expected = Number(/# exits with (\d+)$/.exec(step.command)?.[1] ?? 0);
      const run = await shell(step.command);
      outputs.push(run.stdout);
      // A machine that is busy may not see the difference: then it says that, and never that there is none.
      if (run.code === 0 && / ab /.test(step.command)) expect(run.stdout).toContain('inconclusive');
      else expect(run.code, `${step.command}\n${run.stdout}\n${run.stderr}`).toBe(expected);
    }
    const shown = /^```\n(✗[\s\S]*?)\n```$/m.exec(document)?.[1] ?? 'the page shows a mismatch';
    expect(
      outputs.some((output) => output.includes(shown)),
      `${shown}\n---\n${outputs[5]}`,
    ).toBe(true);
    expect(readdirSync(join(folder, 'results'))).toHaveLength(2);
    const results = savedResults(folder);
    const commits = new Set(results.software.map(({ versions }) => versions?.commit));
    expect(commits.size).toBe(2);
    expect(results.trials.every(({ state }) => state === 'ok')).toBe(true);
    expect(processesOf(folder)).toEqual([]);
  });
});
