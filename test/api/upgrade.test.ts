import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey } from '../../src/api/make-key.ts';
import { resultsSchema } from '../../src/core/results.ts';
import { SCOPES } from '../../src/core/key-format.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type PreviousWorld, insertPreviousWorld, migrateToPrevious } from '../db/previous-release.ts';
import { type TestDatabase, openTestDatabase } from '../databases/open.ts';
import { type Api, jsonOf, startApi } from './service.ts';

/** The service on a database that the release before has filled. */
let database: TestDatabase;
let api: Api;
let key: string;
let world: PreviousWorld;

beforeAll(async () => {
  database = await openTestDatabase('empty');
  const source = { uuid: uuidv7, randomBytes: (count: number) => new Uint8Array(randomBytes(count)) };
  const options = {
    project_id: '',
    name: 'first operator',
    type: 'operator',
    scopes: SCOPES,
    expires_at: null,
  } as const;
  const { text, row } = await makeKey(source, options);
  key = text;
  await migrateToPrevious(database.db);
  world = await insertPreviousWorld(database.db, row.hash);
  await migrate(database.db);
  api = await startApi({ db: database.db });
});
afterAll(() => database.close());

const get = (path: string, headers: Record<string, string> = {}) => api.send('GET', path, { key, headers });

describe('After an upgrade', () => {
  it('the key still opens, and shows every experiment', async () => {
    const { experiments } = await jsonOf<{ experiments: { id: string }[] }>(await get('/v1/experiments?limit=100'));
    const ids = Object.values(world.experiments).map((experiment) => experiment.id);
    expect(experiments.map((experiment) => experiment.id).toSorted()).toEqual(ids.toSorted());
  });

  it('every experiment has its state, its events and its results as far as they go', async () => {
    for (const [name, { id, status, trials }] of Object.entries(world.experiments)) {
      const path = `/v1/experiments/${id}`;
      expect(await jsonOf(await get(path)), name).toMatchObject({ id, status });
      const { events } = await jsonOf<{ events: unknown[] }>(await get(`${path}/events`));
      expect(events, name).toHaveLength(trials + 1);
      const results = resultsSchema.parse(await jsonOf(await get(`${path}/results?partial=true`)));
      expect(results.cells.length, name).toBeGreaterThan(0);
    }
  });

  it('results are made of the trials that were stored before, as JSON, CSV and page', async () => {
    const path = `/v1/experiments/${world.experiments.succeeded.id}`;
    const results = resultsSchema.parse(await jsonOf(await get(`${path}/results`)));
    expect(results.cells.map((cell) => [cell.cell, cell.n])).toEqual([
      ['fastapi.w1.c16', 2],
      ['django.w1.c16', 2],
    ]);
    const csv = await get(`${path}/results.csv?view=trials`);
    expect(csv.headers.get('X-Row-Count')).toBe('4');
    const page = await get(`${path}/report`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('fastapi.w1.c16');
  });
});
