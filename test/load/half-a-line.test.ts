import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run, shortPlan } from './plans.ts';

let folder = '';
const path = process.env['PATH'] ?? '';

/**
 * In the place of `taskset`, which becomes the engine's process: it says the first half of a message and is killed there, as
 * when memory ends.
 */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-taskset-'));
  const script = `#!/bin/sh\nprintf '%s' '{"type":"result","result":{"requests":'\nkill -9 $$\n`;
  writeFileSync(join(folder, 'taskset'), script);
  chmodSync(join(folder, 'taskset'), 0o755);
  process.env['PATH'] = [folder, path].join(delimiter);
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform !== 'linux')('an engine that is killed in the middle of a line', () => {
  test('is an error that says how it ended', async () => {
    await expect(run(shortPlan(80), { cpus: [0] })).rejects.toThrow('load engine: was ended by SIGKILL');
  });
});
