import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPython } from '../../src/runner/provision/python.ts';
import { processesOf } from '../e2e/processes-of.ts';
import { runCli } from './run-cli.ts';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-own-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = (...args: string[]) => runCli(args, { cwd: folder });

describe('benchwright targets new', () => {
  it('makes a target in Node that keeps to its contract', async () => {
    const made = await cli('targets', 'new', 'mine', '--targets', 'own');
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('targets verify mine --targets own') });
    expect(readdirSync(join(folder, 'own', 'mine')).sort()).toEqual([
      'README.md',
      'contract.yaml',
      'server.mjs',
      'target.yaml',
    ]);
    const verified = await cli('targets', 'verify', 'mine', '--targets', 'own');
    expect(verified.stdout).toMatch(/^✓ mine × node \(http\): 2 answers as in the contract/);
    expect(verified.code).toBe(0);
    const listed = await cli('targets', 'list', '--targets', 'own', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({
      targets: [{ target: 'mine', workloads: ['hello'], unavailable: null }],
    });
    expect(processesOf(folder)).toEqual([]);
  });

  it.skipIf(!hasPython())('makes the same in Python', async () => {
    const made = await cli('targets', 'new', 'snake', '--targets', 'own', '--language', 'python', '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({
      files: ['target.yaml', 'server.py', 'contract.yaml', 'README.md'],
    });
    const verified = await cli('targets', 'verify', 'snake', '--targets', 'own');
    expect(verified.stdout).toMatch(/^✓ snake × python \(http\): 2 answers/);
    expect(verified.code).toBe(0);
  });

  it.each([
    ['a name that none is', ['Mine'], /a target's name is 1 to 40 lower-case letters/],
    ['a way out of the folder', ['../mine'], /a target's name is/],
    ['a folder that is there', ['mine', '--targets', 'own'], /is there already: choose another name/],
    ['a language that there is not', ['x', '--language', 'cobol'], /Allowed choices are node, python/],
  ])('refuses %s', async (_, args, message) => {
    const run = await cli('targets', 'new', ...args);
    expect(run).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('benchwright targets verify', () => {
  it('names every mismatch, with what was expected, what came and what to do about it', async () => {
    await cli('targets', 'new', 'wrong', '--targets', 'own');
    const file = join(folder, 'own', 'wrong', 'server.mjs');
    const server = readFileSync(file, 'utf8');
    writeFileSync(file, server.replace("message: 'Hello'", "message: 'Bye'").replace('404, { detail', '200, { detail'));
    const run = await cli('targets', 'verify', 'wrong', '--targets', 'own');
    expect(run.code).toBe(3);
    expect(run.stdout.trim().split('\n')).toEqual([
      '✗ wrong × node (http): 2 answers not as in the contract, 0 as in it',
      '  GET /hello',
      '    expected $.message to be "Hello"',
      '    got      "Bye"',
      '    mend     Make this value what the contract says; where the contract is your own and wrong, change it there.',
      '  GET /nowhere',
      '    expected status 404',
      '    got      200 with the body {"detail":"Not found"}',
      '    mend     Answer 404 for what is not there; a route that catches everything may have answered instead.',
      '  The later ones may follow from the first.',
    ]);
    const asJson = await cli('targets', 'verify', 'wrong', '--targets', 'own', '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      verified: [
        { ok: false, mismatches: [{ request: 'GET /hello' }, { request: 'GET /nowhere', expected: 'status 404' }] },
      ],
    });
  });

  it('takes --ref for targets from git only', async () => {
    const run = await cli('targets', 'verify', 'mine', '--targets', 'own', '--ref', 'main');
    expect(run).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--ref is for targets from git, which mine is not/),
    });
  });
});

describe('benchwright demo --targets', () => {
  it('without a spec says which targets the usual one lacks, before it starts anything', async () => {
    const run = await cli('demo', '--targets', 'own');
    expect(run.stderr).toMatch(/unknown target "fastapi"; offered: /);
    expect(run.code).toBe(2);
    expect(readdirSync(folder)).not.toContain('.benchwright/demo');
  });
});

function hasPython(): boolean {
  const { unavailable } = findPython('>=3.11');
  if (unavailable === null) return true;
  if (process.env['BENCHWRIGHT_REQUIRE_ALL'] === '1') throw new Error(unavailable);
  process.stderr.write(`the scaffold in Python is not tried: ${unavailable}\n`);
  return false;
}
