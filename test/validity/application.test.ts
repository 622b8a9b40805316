import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isVersioned } from '../../src/core/target-source.ts';
import { readCatalogue } from '../../src/runner/catalogue.ts';
import { makeApplication, TARGET } from './application.ts';

const folders: string[] = [];
const newFolder = () => {
  const made = mkdtempSync(join(tmpdir(), 'benchwright-application-'));
  folders.push(made);
  return made;
};
let folder = '';
beforeEach(() => (folder = newFolder()));
afterEach(() => folders.splice(0).forEach((made) => rmSync(made, { recursive: true, force: true })));

const git = (...args: readonly string[]) =>
  spawnSync('git', args, { cwd: join(folder, 'repository'), encoding: 'utf8' }).stdout.trim();
const changed = (base: string, head: string) =>
  git('diff', '--unified=0', base, head)
    .split('\n')
    .filter((line) => /^[+-][^+-]/.test(line));

describe('the application under test', () => {
  it('has heads that differ from the base in the planted iterations, or in a comment, and in nothing else', () => {
    const { base, head } = makeApplication(folder);
    expect(changed(base, head(2_000))).toEqual(['-export const ITERATIONS = 0;', '+export const ITERATIONS = 2000;']);
    expect(changed(base, head(0))).toEqual(['+// Nothing but this comment differs.']);
    expect(head(2_000)).not.toBe(head(4_000));
    expect(head(2_000)).toBe(head(2_000));
  });

  it('is the same commits wherever it is made, so that a campaign that goes on measures what it measured before', () => {
    const [one, other] = [makeApplication(folder), makeApplication(newFolder())];
    expect([other.base, other.head(500), other.head(0)]).toEqual([one.base, one.head(500), one.head(0)]);
    // Both were made within a second; what the commits are must not hang on it.
    const dates = git('log', '--all', '--format=%at %ct').split('\n');
    expect(new Set(dates)).toEqual(new Set(['1767225600 1767225600']));
  });

  it('is a target from git whose build and contract the runner takes', () => {
    const { targets } = makeApplication(folder);
    const target = readCatalogue([targets]).targets.get(TARGET);
    expect(target?.unavailable).toBeNull();
    expect(target !== undefined && isVersioned(target.manifest.source)).toBe(true);
    expect(existsSync(join(folder, 'repository', 'app', 'shops.json'))).toBe(false);
  });
});
