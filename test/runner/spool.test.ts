import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dropOtherSpools, Spool } from '../../src/runner/spool.ts';
import { temporaryFolder } from './support/fixture-trial.ts';

const job = { job_id: 'job_a', generation: 2 };
const key = (cell: string, block: number, run = 1) => ({ cell, block, run });

it('keeps exact bytes until they are removed, and lists them in the order of the blocks', async () => {
  using folder = temporaryFolder();
  const spool = new Spool(folder.path, job);
  const bytes = Buffer.from([0x7b, 0x7d, 0x20, 0xff, 0x00]);
  await spool.put(key('b.w1.u10', 10), bytes);
  await spool.put(key('a.w1.u10.ramp-1', 2, 2), Buffer.from('{}'));
  await spool.put(key('a.w1.u10.ramp-1', 2), Buffer.from('{}'));
  // As a restart finds them.
  const again = new Spool(folder.path, job);
  expect(await again.list()).toEqual([key('a.w1.u10.ramp-1', 2), key('a.w1.u10.ramp-1', 2, 2), key('b.w1.u10', 10)]);
  expect((await again.read(key('b.w1.u10', 10))).equals(bytes)).toBe(true);
  for (const each of await again.list()) await again.remove(each);
  expect(await again.list()).toEqual([]);
  expect(readdirSync(folder.path)).toEqual([]);
});

it('does not take a file for a result that was not written to its end', async () => {
  using folder = temporaryFolder();
  const spool = new Spool(folder.path, job);
  await spool.put(key('a.w1.u10', 1), Buffer.from('{}'));
  writeFileSync(join(folder.path, 'job_a.2', '1.1.b.w1.u10.json.part'), '{"half');
  expect(await spool.list()).toEqual([key('a.w1.u10', 1)]);
});

it('drops what belongs to other jobs and generations, and names it', async () => {
  using folder = temporaryFolder();
  for (const each of [job, { ...job, generation: 1 }, { job_id: 'job_b', generation: 2 }])
    await new Spool(folder.path, each).put(key('a.w1.u10', 1), Buffer.from('{}'));
  expect((await dropOtherSpools(folder.path, job)).sort()).toEqual(['job_a.1', 'job_b.2']);
  expect(readdirSync(folder.path)).toEqual(['job_a.2']);
});

it('refuses a job id that would lead out of its folder', () => {
  expect(() => new Spool('/nowhere', { job_id: '../x', generation: 1 })).toThrow(RangeError);
});
