import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../src/runner/event.ts';
import { Spool } from '../../../src/runner/spool.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { fixtureSpec, problem, type Script } from '../support/scripted-service.ts';
import { keptLog } from '../support/silent-log.ts';
import { spooledResult } from '../support/spooled-result.ts';
import { run, usual, withService } from '../support/with-service.ts';

const JOB = { job_id: 'job_1', generation: 1 };
const CELL = 'answers-wrong.w1.c2';
const RESULT = spooledResult(CELL, 1);

describe('rule 4: the spool holds the exact bytes that are sent, until the service has them', () => {
  afterEach(() => expectNothingLeft());

  it('has the bytes on disk before they are sent, sends these, and forgets them once they are taken', async () => {
    let spooled: Buffer | null = null;
    let folder = '';
    const script: Script = ({ call }) => {
      if (call === 'put') spooled = readFileSync(join(folder, 'spool', 'job_1.1', `1.1.${CELL}.json`));
      return null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      folder = given.folder;
      const measured: string[] = [];
      const onEvent = (event: RunnerEvent) => void (event.type === 'measured' && measured.push(event.digest));
      await run({ ...given, options: { onEvent } });
      const put = given.service.received.find((each) => each.call === 'put');
      expect(put?.bytes.equals(spooled ?? Buffer.alloc(0))).toBe(true);
      expect(measured).toEqual([
        createHash('sha256')
          .update(put?.bytes ?? '')
          .digest('hex'),
      ]);
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('claims first after a restart, sends what it spooled for that job under the new lease, and measures only the rest', async () => {
    await withService(fixtureSpec(['answers-wrong'], { repetitions: 2 }), usual, async (given) => {
      await new Spool(join(given.folder, 'spool'), JOB).put({ cell: CELL, block: 1, run: 1 }, RESULT);
      await run(given);
      const calls = given.service.received.filter((each) => each.call !== 'heartbeat');
      expect(calls.map((each) => each.call)).toEqual(['sessions', 'claims', 'start', 'put', 'put', 'finish']);
      expect(calls[3]).toMatchObject({ lease: 'lea_1', path: expect.stringContaining(`${CELL}/1/1`) });
      expect(calls[3]?.bytes.equals(RESULT)).toBe(true);
      expect(calls[4]?.path).toContain(`${CELL}/2/1`);
    });
  });

  it('deletes the spool of jobs and generations that it does not hold, and says which', async () => {
    const others = [
      { job_id: 'job_1', generation: 2 },
      { job_id: 'job_0', generation: 1 },
    ];
    await withService(fixtureSpec(['answers-wrong']), usual, async (given) => {
      for (const other of others)
        await new Spool(join(given.folder, 'spool'), other).put({ cell: CELL, block: 1, run: 1 }, RESULT);
      const log = keptLog();
      await run({ ...given, options: { log } });
      expect(log.lines.join('\n')).toMatch(/no longer holds were deleted.*job_0\.1/);
      expect(log.lines.join('\n')).toMatch(/no longer holds were deleted.*job_1\.2/);
      const put = given.service.received.filter((each) => each.call === 'put');
      expect(put.map((each) => each.bytes.equals(RESULT))).toEqual([false]);
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('deletes it also when the service has no job at all for this runner', async () => {
    const stop = new AbortController();
    let claims = 0;
    const script: Script = ({ call }) => {
      if (call !== 'claims') return null;
      claims += 1;
      if (claims === 2) stop.abort();
      return { status: 204, headers: { 'Retry-After': '0' } };
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await new Spool(join(given.folder, 'spool'), JOB).put({ cell: CELL, block: 1, run: 1 }, RESULT);
      await run({ ...given, options: { signal: stop.signal } });
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it.each([
    ['cut off', '{"state":"ok","load":{"ran'],
    ['of zeros', '\0'.repeat(64)],
    ['empty', ''],
    ['of something else', '[1, 2, 3]'],
    ['of something else that has a state', '{"state":"ok"}'],
    ['of another block', spooledResult(CELL, 2).toString('utf8')],
  ])('runs a trial again whose spooled result is %s, as after a loss of power', async (_, content) => {
    await withService(fixtureSpec(['answers-wrong']), usual, async (given) => {
      const folder = join(given.folder, 'spool', 'job_1.1');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `1.1.${CELL}.json`), content);
      writeFileSync(join(folder, `1.1.other.w1.c2.json.part`), content);
      const log = keptLog();
      await run({ ...given, options: { log } });
      expect(log.lines.join('\n')).toContain('a spooled result is damaged');
      expect(given.service.received.filter((each) => each.call === 'put')).toHaveLength(1);
      expect([...given.service.stored.values()].map((each) => each.failure?.reason)).toEqual(['contract-mismatch']);
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('sends a result from memory that a full disk did not take, and says so', async () => {
    let attempts = 0;
    const script: Script = ({ call }) => {
      if (call !== 'put') return null;
      attempts += 1;
      return attempts === 1 ? problem(503, 'database-unavailable') : null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      const folder = join(given.folder, 'spool', 'job_1.1');
      mkdirSync(folder, { recursive: true });
      // Whatever is written there fails with ENOSPC (null(4)).
      symlinkSync('/dev/full', join(folder, `1.1.${CELL}.json.part`));
      const log = keptLog();
      await run({ ...given, options: { log } });
      expect(log.lines.join('\n')).toMatch(/only in memory until the service has it.*ENOSPC/);
      expect(given.service.stored.size).toBe(1);
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it('leaves the service the copy that it has when the two differ, and goes on with the next trial', async () => {
    const script: Script = ({ call, path }) =>
      call === 'put' && path.endsWith('/1/1') ? problem(409, 'result-conflict') : null;
    await withService(fixtureSpec(['answers-wrong'], { repetitions: 2 }), script, async (given) => {
      const log = keptLog();
      await run({ ...given, options: { log } });
      expect(log.lines.join('\n')).toContain('result-conflict');
      expect([...given.service.stored.keys()]).toEqual([`2/1/${CELL}`]);
      expect(given.service.received.filter((each) => each.call === 'put')).toHaveLength(2);
    });
  });

  it('runs a trial that was noted for it a second time, also when the runner was restarted before', async () => {
    const cell = 'good.w1.c2';
    const spec = fixtureSpec(['good']);
    const script: Script = ({ call }) =>
      call === 'claims'
        ? { status: 200, body: { ...claimOf(spec), done_trials: [{ cell, block: 1, run: 1, state: 'ok' }] } }
        : null;
    await withService(spec, script, async (given) => {
      await new Spool(join(given.folder, 'spool'), JOB).noteRerun({ cell, block: 1 }, true);
      await run(given);
      expect([...given.service.stored.keys()]).toEqual([`1/2/${cell}`]);
      expect(given.service.stored.get(`1/2/${cell}`)).toMatchObject({ state: 'ok', run: 2 });
      expect(given.service.stored.get(`1/2/${cell}`)?.probe_service_ms).toBeGreaterThan(0);
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });
});

const claimOf = (spec: ReturnType<typeof fixtureSpec>) => ({
  job_id: 'job_1',
  experiment_id: 'exp_1',
  attempt: 2,
  generation: 1,
  lease_id: 'lea_1',
  spec,
  schedule: [{ block: 1, cells: ['good.w1.c2'] }],
  deadline_in_s: 120,
});
