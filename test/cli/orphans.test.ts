import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesOf } from '../e2e/processes-of.ts';
import { makeDataFolder } from './data-folder.ts';
import { startCli, untilSaid } from './run-cli.ts';

const BIN = fileURLToPath(new URL('../../bin/benchwright.js', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-orphans-'));
  makeDataFolder(folder);
});
afterEach(() => {
  expect(processesOf(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const serve = (): string[] => ['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')];

describe('a process that is left alone', () => {
  it('as the service of a demo that is gone ends when its standard input does', async () => {
    const service = startCli([...serve(), '--stop-with-stdin']);
    await untilSaid(service, /^\{.*\}$/m);
    service.stdin.destroy();
    expect(await once(service, 'exit')).toEqual([0, null]);
  });

  it('as the program that an older Node handed over to ends when that one is killed', async () => {
    // The older Node is stood in for by this process: what ends with it is the channel.
    const env = { ...process.env, BENCHWRIGHT_HANDED_OVER: '1' };
    const program = spawn(process.execPath, [BIN, ...serve()], { env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
    await once(program.stdout ?? program, 'data');
    program.disconnect();
    expect(await once(program, 'exit')).toEqual([0, null]);
  });
});
