import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createExperimentWatch } from '../../src/api/experiment-watch.ts';
import { preferredWait } from '../../src/api/prefer-wait.ts';
import { createRequestWatch } from '../../src/api/request-watch.ts';
import type { Db } from '../../src/db/client.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function submitted(project: Project): Promise<{ id: string; path: string; etag: string }> {
  const { id } = await jsonOf<{ id: string }>(
    await project.send('POST', '/v1/experiments', { json: smallSpec() }),
    202,
  );
  const path = `/v1/experiments/${id}`;
  return { id, path, etag: (await project.send('GET', path)).headers.get('ETag') ?? '' };
}

const waiting = (etag: string, prefer: string) => ({ headers: { 'If-None-Match': etag, Prefer: prefer } });

describe('GET /v1/experiments/{id} with Prefer: wait', () => {
  it('answers within a second after a change', async () => {
    const project = await api.project();
    const { path, etag } = await submitted(project);
    const polling = project.send('GET', path, waiting(etag, 'wait=25'));
    // Sent later, answered earlier: the poll is waiting by then.
    await jsonOf(await project.send('GET', path));
    await project.send('POST', `${path}/cancel`);
    const changed_at = performance.now();
    const answer = await polling;
    expect(performance.now() - changed_at).toBeLessThan(1_000);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Preference-Applied')).toBe('wait=25');
    expect(await answer.json()).toMatchObject({ status: 'canceled' });
  });

  it('answers 304 when nothing has changed in that time', async () => {
    const project = await api.project();
    const { path, etag } = await submitted(project);
    const began = performance.now();
    const answer = await project.send('GET', path, waiting(etag, 'wait=1'));
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
    expect(answer.status).toBe(304);
    expect(answer.headers.get('Preference-Applied')).toBe('wait=1');
  });

  it('answers at once when the reader does not know the newest version, or names none, or the experiment has ended', async () => {
    const project = await api.project();
    const { path, etag } = await submitted(project);
    await project.send('POST', `${path}/cancel`);
    const newer = await project.send('GET', path, waiting(etag, 'wait=600'));
    expect(newer.status).toBe(200);
    expect(newer.headers.get('Preference-Applied')).toBe('wait=25');
    const unnamed = await project.send('GET', path, { headers: { Prefer: 'wait=25' } });
    expect(unnamed.status).toBe(200);
    expect(unnamed.headers.get('Preference-Applied')).toBeNull();
    const ended = await project.send('GET', path, waiting(newer.headers.get('ETag') ?? '', 'wait=25'));
    expect(ended.status).toBe(304);
  });

  it('is not found for another project', async () => {
    const [mine, other] = [await api.project(), await api.project()];
    const { path, etag } = await submitted(mine);
    expect((await other.send('GET', path, waiting(etag, 'wait=25'))).status).toBe(404);
  });

  it('ends when the reader hangs up', async () => {
    const project = await api.project();
    const { path, etag } = await submitted(project);
    const reader = new AbortController();
    const polling = project.send('GET', path, { ...waiting(etag, 'wait=25'), signal: reader.signal });
    await jsonOf(await project.send('GET', path));
    reader.abort();
    expect((await polling).status).toBe(304);
  });
});

describe('preferredWait', () => {
  it.each([
    ['wait=10', 10],
    ['respond-async, WAIT = 7', 7],
    ['wait="5"; foo', 5],
    ['wait=3, wait=9', 3],
    ['wait=26', 25],
    ['wait=99999999999999999999', 25],
    ['wait=0', 0],
    ['wait=-1', null],
    ['wait=soon', null],
    ['await=3', null],
    [undefined, null],
  ])('reads %j as %s', (header, seconds) => {
    expect(preferredWait(header)).toBe(seconds);
  });
});

/** The database, and how many statements were begun on it. */
function counted(db: Db): { db: Db; queries: () => number } {
  let queries = 0;
  const counting = new Proxy(db, {
    get(target, name) {
      if (name === 'select') queries += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { db: counting, queries: () => queries };
}

/** Turns of the real event loop, until it is so: only the timers of the watch stand still. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

describe('the watch of a process', () => {
  afterEach(() => void vi.useRealTimers());

  it('asks once per half second for all that is watched, however many polls wait', async () => {
    const project = await api.project();
    const experiments = await Promise.all(Array.from({ length: 5 }, () => submitted(project)));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { db, queries } = counted(api.db);
    const watch = createExperimentWatch({ db, log: api.deps.log });
    const changes: boolean[] = [];
    const polls = Array.from({ length: 200 }, async (_, i) => {
      const changed = await watch.wait(experiments[i % 5]!.id, 1, 25_000);
      changes.push(changed);
    });
    for (const looks of [1, 2, 3]) {
      vi.advanceTimersByTime(499);
      expect(queries()).toBe(looks - 1);
      vi.advanceTimersByTime(1);
      expect(queries()).toBe(looks);
      // The 200 ends of the waits, and the next look once this one is done.
      await until(() => vi.getTimerCount() === 201);
    }
    await project.send('POST', `${experiments[0]!.path}/cancel`);
    vi.advanceTimersByTime(500);
    await until(() => changes.length === 40);
    expect(changes.every(Boolean)).toBe(true);
    await watch.close();
    await Promise.all(polls);
    expect(changes.filter(Boolean)).toHaveLength(40);
  });

  it('has no timer when nobody waits: never asked, hung up, out of time, closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { db, queries } = counted(api.db);
    const watch = createExperimentWatch({ db, log: api.deps.log });
    expect(vi.getTimerCount()).toBe(0);
    const reader = new AbortController();
    const hungUp = watch.wait('exp_1', 1, 25_000, reader.signal);
    expect(vi.getTimerCount()).toBe(2);
    reader.abort();
    expect(await hungUp).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    const late = watch.wait('exp_1', 1, 100);
    vi.advanceTimersByTime(100);
    expect(await late).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    const closed = watch.wait('exp_1', 1, 25_000);
    await watch.close();
    expect(await closed).toBe(false);
    expect(await watch.wait('exp_1', 1, 25_000)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    expect(queries()).toBe(0);
  });

  it('says that one which is gone has changed', async () => {
    const watch = createExperimentWatch({ db: api.db, log: api.deps.log, every_ms: 1 });
    expect(await watch.wait('exp_gone', 7, 25_000)).toBe(true);
    await watch.close();
  });

  it('logs once that the database is away, and goes on when it is back', async () => {
    const project = await api.project();
    const { id, path } = await submitted(project);
    let failures = 3;
    const failing = new Proxy(api.db, {
      get(target, name) {
        if (name === 'select' && failures > 0) {
          failures -= 1;
          throw new Error('away');
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const logged: string[] = [];
    const log = { error: (_: unknown, message: string) => void logged.push(message) };
    const watch = createExperimentWatch({ db: failing, log, every_ms: 1 });
    const wait = watch.wait(id, 1, 25_000);
    await project.send('POST', `${path}/cancel`);
    expect(await wait).toBe(true);
    expect(failures).toBe(0);
    expect(logged).toHaveLength(1);
    await watch.close();
  });
});

describe('the watch of a request', () => {
  it('sees a change, the end of its time, and the reader’s going away', async () => {
    const project = await api.project();
    const { id, path } = await submitted(project);
    const watch = createRequestWatch({ db: api.db, every_ms: 5 });
    expect(await watch.wait(id, 1, 12)).toBe(false);
    const reader = new AbortController();
    const hungUp = watch.wait(id, 1, 25_000, reader.signal);
    reader.abort();
    expect(await hungUp).toBe(false);
    const changed = watch.wait(id, 1, 25_000);
    await project.send('POST', `${path}/cancel`);
    expect(await changed).toBe(true);
    const closed = watch.wait(id, 99, 25_000);
    await watch.close();
    expect(await closed).toBe(false);
  });
});
