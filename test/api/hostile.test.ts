import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import { prepareSecrets } from '../../src/api/service-secrets.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { HOSTILE_BODIES } from './hostile-bodies.ts';
import { type runnerOf, startedJob, trialsOf } from './runner-client.ts';
import { storedRows } from './stored-rows.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

/** Half a second is a hundred times what any of these takes here, and a hundredth of what a careless parser would. */
const AT_ONCE_MS = 500;

let api: Api;
let project: Project;
let before: Record<string, string>;

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  // As a service does at its start.
  await prepareSecrets(api.deps);
  // Any first request is slower.
  await project.send('GET', '/v1/me');
});
beforeEach(async () => {
  before = await storedRows(api.db);
});
afterEach(async () => {
  expect(await storedRows(api.db)).toEqual(before);
});

const JSON_TYPE = 'application/json';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('a body', () => {
  it.each(HOSTILE_BODIES)('$what is refused at once with $status, and nothing is stored', async (hostile) => {
    const { text, type = JSON_TYPE, headers = {}, status, code } = hostile;
    for (const path of ['/v1/experiments', '/v1/experiments/validate']) {
      const began = performance.now();
      const answer = await project.send('POST', path, {
        text,
        type,
        headers: { 'Idempotency-Key': 'hostile', ...headers },
      });
      expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
      expect(answer.status).toBe(status);
      expect((await problemOf(answer)).code).toBe(code);
    }
  });

  it('that does not come is refused with 408 when its time is over', async () => {
    const slow = await startApi({ config: { ...api.deps.config, body_timeout_ms: 20 } });
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(bytes('{"name":')) });
    const answer = await slow.app.request('/v1/experiments', {
      method: 'POST',
      headers: { Authorization: `Bearer ${project.key}`, 'Content-Type': JSON_TYPE },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(408);
    expect(answer.headers.get('Connection')).toBe('close');
    expect((await problemOf(answer)).code).toBe('request-timeout');
  });

  it('that breaks off is refused with 400, and is no fault of ours', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('the connection was reset')),
    });
    const answer = await api.app.request('/v1/experiments', {
      method: 'POST',
      headers: { Authorization: `Bearer ${project.key}`, 'Content-Type': JSON_TYPE },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(answer.status).toBe(400);
    expect((await problemOf(answer)).detail).toBe('the body broke off before its end');
    expect(api.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

const cursorOf = (time: string) => Buffer.from(`${time} exp_${'0'.repeat(32)}`).toString('base64url');

describe('a path or a query', () => {
  it.each([
    ['/v1/experiments/%00', 422],
    ['/v1/experiments/%', 404],
    ['/v1/experiments/%ff', 404],
    [`/v1/experiments/${'x'.repeat(8_000)}`, 404],
    ["/v1/experiments/' OR 1=1 --", 404],
    ['/v1/experiments/../keys', 404],
    ['/v1/experiments?limit=1e3', 422],
    ['/v1/experiments?limit=-1', 422],
    ['/v1/experiments?label.a=%00', 422],
    ['/v1/experiments?cursor=%00', 422],
    ['/v1/experiments?__proto__=1', 422],
    ['/v1/me?__proto__=1', 422],
    ['/v1/me?also=1', 422],
    ['/v1/runners?label.a=1', 422],
    ['/healthz?also=1', 200],
    ['/v1/experiments/validate', 405],
    [`/v1/experiments?cursor=${cursorOf('0000-01-01T00:00:00.000Z')}`, 422],
    [`/v1/experiments?cursor=${cursorOf('2026-13-01T00:00:00.000Z')}`, 422],
    [`/v1/experiments?cursor=${cursorOf('0001-01-01T00:00:00.000Z')}`, 200],
    ['/r/exp_0.1.x', 404],
    [`/r/${'x'.repeat(5_000)}`, 422],
    ['/docs/errors/__proto__', 404],
  ])('like %s is answered with %i', async (path, status) => {
    const answer = await project.send('GET', path.replace('/../keys', '/%2e%2e%2fkeys'));
    expect(answer.status).toBe(status);
    if (status >= 400) await problemOf(answer);
  });
});

describe('a runner', () => {
  let job: ClaimedJob;
  let runner: ReturnType<typeof runnerOf>;
  beforeAll(async () => {
    await jsonOf(await project.send('POST', '/v1/experiments', { json: smallSpec() }), 202);
    ({ job, runner } = await startedJob(project));
    before = await storedRows(api.db);
  });

  const trial = () => trialsOf(job)[0]!;

  it('with a wrong digest, or none, is refused with 400', async () => {
    const other = Buffer.alloc(32, 7).toString('base64');
    for (const digest of [`sha-256=:${other}:`, 'sha-256=:short:', 'md5=:AAAA:', '']) {
      const answer = await runner.put(job, trial(), { headers: { 'Repr-Digest': digest } });
      expect(answer.status, digest).toBe(400);
      expect((await problemOf(answer)).code, digest).toBe('digest-mismatch');
    }
  });

  it('with a cell, a block or a run that does not exist is refused with 422', async () => {
    for (const changes of [
      { cell: 'fastapi.w9.c16' },
      { block: 99 },
      { block: 3_000_000_000 },
      { run: 3 },
      { cell: "x' OR 1=1" },
    ]) {
      const answer = await runner.put(job, { ...trial(), ...changes });
      expect(answer.status, JSON.stringify(changes)).toBe(422);
      expect((await problemOf(answer)).code, JSON.stringify(changes)).toBe('invalid-request');
    }
  });

  it('that asks for events after one that cannot be is refused with 422', async () => {
    const path = `/v1/experiments/${job.experiment_id}/events`;
    for (const after of ['3000000000', '-1', '1e400', '0.5']) {
      const answer = await project.send('GET', `${path}?after=${after}`);
      expect(answer.status, after).toBe(422);
      expect((await problemOf(answer)).code, after).toBe('invalid-request');
    }
    const { events } = await jsonOf(await project.send('GET', `${path}?after=${2 ** 31 - 1}`));
    expect(events).toEqual([]);
  });

  it('with the result of another cell than the path says is refused with 422', async () => {
    const [first, second] = trialsOf(job);
    const answer = await runner.put(job, first!, { body: JSON.stringify(second) });
    // Its digest is that of the body: what is wrong is the place.
    expect(await problemOf(answer)).toMatchObject({ status: 422, code: 'invalid-request' });
  });

  it('with a lease of yesterday, one that never was, or none, is refused with 409', async () => {
    const yesterday = job.lease_id;
    // Since then another session has taken the job over.
    const { session_id } = await runner.register();
    const claim = await jsonOf<ClaimedJob>(await runner.claim(session_id, 'claim-of-today'));
    expect(claim.job_id).toBe(job.job_id);
    await jsonOf(await runner.start(claim));
    before = await storedRows(api.db);
    for (const lease_id of [yesterday, `lea_${'0'.repeat(32)}`, '']) {
      const stale = { ...job, lease_id };
      const answers = [
        await runner.put(stale, trial()),
        await runner.start(stale),
        await runner.heartbeat(stale, {
          trials_done: 0,
          cell: null,
          block: null,
          phase: null,
          rps: null,
          errors: null,
        }),
        await runner.finish(stale, 'failed', 'no-ok-trial'),
        await runner.release(stale),
      ];
      for (const answer of answers) {
        expect(answer.status, lease_id).toBe(409);
        expect((await problemOf(answer)).code, lease_id).toBe('lease-lost');
        expect(answer.headers.get('Job-Status'), lease_id).toBe('lost');
      }
    }
    const [row] = await api.db
      .select({ state: jobs.state, fresh: sql<boolean>`lease_expires_at > now() + interval '80 s'` })
      .from(jobs)
      .where(eq(jobs.id, job.job_id));
    expect(row).toEqual({ state: 'running', fresh: true });
    job = claim;
  });

  it('with a job that never was is refused with 410', async () => {
    const never = { ...job, job_id: `job_${'0'.repeat(32)}` };
    const answer = await runner.put(never, trial());
    expect(answer.status).toBe(410);
    expect((await problemOf(answer)).code).toBe('job-gone');
  });

  it('that is too old is refused with 426', async () => {
    const json = { ...runner.session, host_id: 'host-old-1', version: '0.0.9' };
    const answer = await project.send('POST', '/runner/v1/sessions', { json });
    expect(answer.status).toBe(426);
    expect((await problemOf(answer)).code).toBe('runner-outdated');
  });

  it('that says too much of itself is refused before it is stored', async () => {
    const targets = Array.from({ length: 257 }, () => runner.session.targets[0]);
    const many = await project.send('POST', '/runner/v1/sessions', {
      json: { ...runner.session, host_id: 'host-big-1', targets },
    });
    expect(many.status).toBe(422);
    const labels = { big: 'x'.repeat(1024 * 1024) };
    const big = await project.send('POST', '/runner/v1/sessions', {
      json: { ...runner.session, host_id: 'host-big-2', labels },
    });
    expect(big.status).toBe(413);
  });
});
