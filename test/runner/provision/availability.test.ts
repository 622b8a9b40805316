import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../../src/runner/provision/program.ts';
import { findPython } from '../../../src/runner/provision/python.ts';
import { satisfies } from '../../../src/runner/provision/version-range.ts';
import { mayBecomeOthers, OTHER_USER } from '../git/other-user.ts';
import { temporaryFolder } from '../support/fixture-trial.ts';

const path = process.env['PATH'];
afterEach(() => {
  process.env['PATH'] = path;
});

/** A folder with programs that print what an interpreter of that name would, as the whole path. */
function pathWith(programs: Record<string, string>): { readonly path: string; [Symbol.dispose](): void } {
  const folder = temporaryFolder();
  for (const [name, prints] of Object.entries(programs)) {
    writeFileSync(join(folder.path, name), `#!/bin/sh\n${prints}\n`);
    chmodSync(join(folder.path, name), 0o755);
  }
  process.env['PATH'] = folder.path;
  return folder;
}

describe.skipIf(!mayBecomeOthers())('looking for what another user will start', () => {
  it('passes over what only the runner may start', () => {
    using closed = pathWith({ 'python3.14': 'echo 3.14.0 1', npm: '' });
    const first = process.env['PATH'];
    using open = pathWith({ 'python3.12': 'echo 3.12.4 1', npm: '' });
    chmodSync(closed.path, 0o700);
    chmodSync(open.path, 0o755);
    process.env['PATH'] = `${first}:${open.path}`;
    expect(findPython('>=3.11').python).toEqual({ program: 'python3.14', version: '3.14.0' });
    expect(findPython('>=3.11', OTHER_USER).python).toEqual({ program: 'python3.12', version: '3.12.4' });
    expect(findProgram('npm')).toBe(join(closed.path, 'npm'));
    expect(findProgram('npm', OTHER_USER)).toBe(join(open.path, 'npm'));
  });
});

describe('looking for Python', () => {
  it('takes the newest that can make environments', () => {
    using _ = pathWith({
      'python3.14': 'exit 127',
      'python3.13': 'echo 3.13.1 0',
      'python3.12': 'echo 3.12.4 1',
      python3: 'echo 3.11.2 1',
    });
    expect(findPython('>=3.11').python).toEqual({ program: 'python3.12', version: '3.12.4' });
  });

  it('says that there is none', () => {
    using _ = pathWith({});
    expect(findPython('>=3.11')).toEqual({
      python: null,
      unavailable: 'no Python was found: install Python 3.11 or newer with its venv module',
    });
  });

  it('says that it is too old', () => {
    using _ = pathWith({ python3: 'echo 3.9.18 1' });
    expect(findPython('>=3.11').unavailable).toMatch(/^Python 3\.9\.18 is too old: install Python 3\.11 or newer/);
  });

  it('says that its venv module is missing, and which package has it', () => {
    using _ = pathWith({ python3: 'echo 3.11.2 0' });
    expect(findPython('>=3.11').unavailable).toBe(
      'Python 3.11.2 has no venv module: install it (Debian, Ubuntu: apt install python3.11-venv)',
    );
  });
});

it.each([
  ['3.11.0', '>=3.11', true],
  ['3.10.13', '>=3.11', false],
  ['3.9.1', '>=3.11', false],
  ['v26.1.0', '>=22', true],
  ['20.19.4', '>=22', false],
  ['3.13.0rc1', '>=3.13', true],
  ['4.0.0', '>=3.11.7', true],
  ['3.11', '>=3.11.1', false],
])('the version %s in %s: %s', (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});
