import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Node tells its version by itself; only that is made up here: no older Node is run. */
const PRETEND_20 =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-bin-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The binary in a folder of its own, which is a checkout when it has sources. */
function place(kind: 'checkout' | 'package'): string {
  for (const part of ['bin', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  if (kind === 'checkout') cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
  return join(folder, 'bin', 'benchwright.js');
}

function run(bin: string, args: readonly string[], node: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, bin, ...args], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

describe('bin/benchwright.js', () => {
  it('says on a Node that is too old how a checkout gets its own, when the install scripts were not run', () => {
    const bin = place('checkout');
    mkdirSync(join(folder, 'node_modules', 'node'), { recursive: true });
    const { code, stdout, stderr } = run(bin, ['--version'], ['--import', PRETEND_20]);
    expect(stderr).toMatch(
      /^benchwright: Node 24\.0\.0 or newer is needed, and this is 20\.20\.2\. .* run `npm ci --ignore-scripts=false`\.\n$/,
    );
    expect([code, stdout]).toEqual([2, '']);
  });

  it('says on a Node that is too old that a package needs a newer one; with --json as one document', () => {
    const bin = place('package');
    const { code, stdout, stderr } = run(bin, ['audit', '--example', '--json'], ['--import', PRETEND_20]);
    expect(stderr).toMatch(/needed, and this is 20\.20\.2: install a newer one\.\n$/);
    expect(JSON.parse(stdout)).toEqual({ error: expect.stringMatching(/Node 24\.0\.0 or newer is needed/) });
    expect(code).toBe(2);
  });

  it('hands over to the Node of the checkout, with arguments, output and exit code', () => {
    const bin = place('checkout');
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const bad = run(bin, ['frobnicate'], ['--import', PRETEND_20]);
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringMatching(/unknown command 'frobnicate'/) });
    const good = run(bin, ['--version'], ['--import', PRETEND_20]);
    expect(good).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('says in a checkout in which nothing is installed what to run', () => {
    const { code, stderr } = run(place('checkout'), ['--version']);
    expect(stderr).toMatch(/^benchwright: nothing is installed in this checkout yet: run `npm ci` first\.\n$/);
    expect(code).toBe(2);
  });

  it('runs the sources of a checkout, also beside an older build', () => {
    const bin = place('checkout');
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'dist', 'cli'), { recursive: true });
    writeFileSync(join(folder, 'dist', 'cli', 'main.js'), 'export const main = () => console.log("an older build");\n');
    expect(run(bin, ['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    rmSync(join(folder, 'src'), { recursive: true });
    expect(run(bin, ['--version']).stdout).toBe('an older build\n');
  });
});
