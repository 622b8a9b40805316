import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docBlocks } from '../fixtures/doc-blocks.ts';
import { savedResults } from './demo-run.ts';
import { type DocumentShell, makeDocumentShell } from './document-shell.ts';
import { processesOf } from './processes-of.ts';

const document = readFileSync(new URL('../../docs/adding-a-target.md', import.meta.url), 'utf8');

/** A file to write, or a command to run. */
type Step = { readonly path: string; readonly text: string } | { readonly command: string };

/** Blocks of code that name a file, and the lines of those that are shell; others are what something looks like. */
function steps(): Step[] {
  return docBlocks('docs/adding-a-target.md').flatMap(({ kind, path, text }): Step[] => {
    if (path !== null) return [{ path, text }];
    if (kind !== 'sh') return [];
    return text
      .trim()
      .split('\n')
      .map((command) => ({ command }));
  });
}

let folder = '';
let shell: DocumentShell;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-adding-'));
  shell = makeDocumentShell(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docs/adding-a-target.md', () => {
  it('can be walked from its first command to its last', { timeout: 600_000 }, async () => {
    const outputs: string[] = [];
    for (const step of steps()) {
      if ('path' in step) {
        mkdirSync(dirname(join(folder, step.path)), { recursive: true });
        writeFileSync(join(folder, step.path), step.text);
        continue;
      }
      const expected = Number(/# exits with (\d+)$/.exec(step.command)?.[1] ?? 0);
      const run = await shell.run(step.command);
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
