import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDataDir } from '../../src/runner/data-dir.ts';
import { hostId } from '../../src/runner/host-id.ts';
import { temporaryFolder } from './support/fixture-trial.ts';

it.each(['file', 'file/below'])(
  'a data folder that cannot be made (%s) is said in one line, with the remedy',
  async (name) => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'file'), '');
    await expect(openDataDir(join(folder.path, name))).rejects.toMatchObject({
      name: 'RunnerError',
      code: 'data-dir-not-writable',
      message: expect.stringMatching(/cannot be written \((?:EEXIST|ENOTDIR)\): .* another --data-dir\.$/),
    });
  },
);

it('the id of a host stays with its data folder, but not on another machine', () => {
  using folder = temporaryFolder();
  const id = hostId(folder.path);
  expect(hostId(folder.path)).toBe(id);
  writeFileSync(join(folder.path, 'host-id.json'), JSON.stringify({ host_id: id, machine: 'another' }));
  expect(hostId(folder.path)).not.toBe(id);
});
