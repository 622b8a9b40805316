import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { removeFolder } from '../../src/runner/remove-folder.ts';
import { onPath } from '../../src/runner/on-path.ts';
import { FIXTURES, temporaryFolder } from './support/fixture-trial.ts';
import { expectNothingLeft } from './support/nothing-left.ts';
import { fixtureSpec, scriptedService } from './support/scripted-service.ts';
import { keptLog, SILENT } from './support/silent-log.ts';

const BIN = fileURLToPath(new URL('../../bin/benchwright.js', import.meta.url));

/** Runs a command for which permissions hold: root's capability to pass over them is taken away; another user has none. */
function withoutPrivilege(argv: readonly string[]): string[] {
  if (process.getuid?.() !== 0) return [...argv];
  if (onPath('setpriv') === null) throw new Error('as root this needs setpriv (util-linux)');
  return ['setpriv', '--bounding-set=-dac_override,-dac_read_search', ...argv];
}

/** A folder in which nothing can be removed before its permissions are changed. */
function makeClosed(path: string): void {
  const inner = join(path, 'pkg', 'mod');
  mkdirSync(inner, { recursive: true });
  writeFileSync(join(inner, 'go.mod'), 'module fixture\n');
  for (const each of [inner, join(path, 'pkg')]) chmodSync(each, 0o555);
}

describe('removing the folder of a trial', () => {
  it('a target that left folders without write permission costs neither its result nor the runner, nor the next one', async () => {
    using folder = temporaryFolder();
    const leftover = join(folder.path, 'trials', 'of-an-earlier-run');
    makeClosed(leftover);
    const service = await scriptedService(fixtureSpec(['locks-its-home']));
    try {
      const argv = [process.execPath, BIN, 'runner', '--once', '--targets', FIXTURES, '--data-dir', folder.path];
      const [program = '', ...args] = withoutPrivilege(argv);
      const env = { ...process.env, BENCHWRIGHT_URL: service.url, BENCHWRIGHT_KEY: 'bw_runner_test' };
      const runner = spawn(program, args, { env, stdio: 'ignore' });
      expect(await once(runner, 'exit')).toEqual([0, null]);
      expect([...service.stored.values()].map((each) => each.failure?.reason)).toEqual(['contract-mismatch']);
      expect(readdirSync(join(folder.path, 'trials'))).toEqual([]);
      expectNothingLeft(folder.path);
    } finally {
      await service.close();
    }
  });

  it('waits for one that still writes there', async () => {
    using folder = temporaryFolder();
    const home = join(folder.path, 'home');
    mkdirSync(home);
    // It writes until it cannot any more, which is when the folder is gone.
    const script = `let n = 0;
      const { writeFileSync } = await import('node:fs');
      const write = () => { writeFileSync(process.argv[1] + '/' + (n += 1), ''); };
      write(); console.log('writing');
      const until = performance.now() + 200;
      while (performance.now() < until) try { write(); } catch { break; }`;
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script, home], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(writer, 'exit');
    await once(createInterface({ input: writer.stdout }), 'line');
    expect(await removeFolder(home, SILENT)).toBe(true);
    expect(existsSync(home)).toBe(false);
    await exited;
  });

  it('does not follow a link out of it', async () => {
    using folder = temporaryFolder();
    const [home, elsewhere] = [join(folder.path, 'home'), join(folder.path, 'elsewhere')];
    makeClosed(home);
    mkdirSync(elsewhere, { mode: 0o500 });
    chmodSync(join(home, 'pkg'), 0o755);
    symlinkSync(elsewhere, join(home, 'pkg', 'link'));
    chmodSync(join(home, 'pkg'), 0o555);
    expect(await removeFolder(home, SILENT)).toBe(true);
    expect(statSync(elsewhere).mode & 0o777).toBe(0o500);
  });

  it('says which one stays, and throws nothing', async () => {
    const log = keptLog();
    // A name that no file system takes: what is wrong with it does not pass.
    expect(await removeFolder(`/${'x'.repeat(300)}`, log)).toBe(false);
    expect(log.lines.join('\n')).toMatch(/^a folder could not be removed .*ENAMETOOLONG/);
  });

  it('has nothing to do where there is none', async () => {
    expect(await removeFolder('/nowhere/at/all', SILENT)).toBe(true);
  });
});
