import { parse } from 'csv-parse/sync';
import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Deps } from '../../src/api/deps.ts';
import { resultsSchema } from '../../src/core/results.ts';
import { RESULTS_VERSION } from '../../src/core/summary/summarise.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { sha256 } from '../db/world.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runToEnd, startedJob, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface Rows {
  view: string;
  partial: boolean;
  rows: Record<string, unknown>[];
}

let api: Api;
let project: Project;
/** An experiment that has succeeded. */
let ended: string;

async function submit(from: Project, changes: Record<string, unknown> = {}): Promise<string> {
  const sent = await from.send('POST', '/v1/experiments', { json: smallSpec(changes) });
  return `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}`;
}

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  ended = await submit(project, { name: '=1+1, "quoted"' });
  await runToEnd(project);
});

describe('GET /v1/experiments/{id}/results', () => {
  it('is the whole document, as its schema says, and was stored at the end', async () => {
    const results = resultsSchema.parse(await jsonOf(await project.send('GET', `${ended}/results`)));
    expect(results.partial).toBe(false);
    expect(results.experiment).toMatchObject({ status: 'succeeded', trials_planned: 4, trials_done: 4 });
    expect(results.cells.map((c) => [c.cell, c.n])).toEqual([
      ['fastapi.w1.c16', 2],
      ['django.w1.c16', 2],
    ]);
    const [fastapi, django] = results.cells;
    // 16 connections, medians 4 and 8 ms, σ 0.25: N / (median · e^(σ²/2)) = 3,877 and 1,938 requests/s.
    expect(fastapi?.throughput_rps.value).toBeCloseTo(3877, -2);
    expect(django?.throughput_rps.value).toBeCloseTo(1938, -2);
    expect(api.logged.filter((entry) => entry.level === 'error')).toEqual([]);
  });

  it.each(['cells', 'trials', 'requests', 'seconds'])(
    'has the view %s as CSV with one row per row of the JSON',
    async (view) => {
      const response = await project.send('GET', `${ended}/results.csv?view=${view}`);
      expect(response.headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
      const text = await response.text();
      expect(text.endsWith('\r\n')).toBe(true);
      const rows: Record<string, string>[] = parse(text, { columns: true, record_delimiter: '\r\n' });
      expect(response.headers.get('X-Row-Count')).toBe(String(rows.length));
      expect(rows.length).toBeGreaterThan(0);
      const json = await jsonOf<Rows & { cells: unknown[] }>(
        await project.send('GET', `${ended}/results.json?view=${view}`),
      );
      expect(rows).toHaveLength(view === 'cells' ? json.cells.length : json.rows.length);
    },
  );

  it('gives requests and seconds in JSON with the keys of the CSV', async () => {
    for (const view of ['trials', 'requests', 'seconds']) {
      const json = await jsonOf<Rows>(await project.send('GET', `${ended}/results?view=${view}`));
      const csv = await (await project.send('GET', `${ended}/results.csv?view=${view}`)).text();
      expect(Object.keys(json.rows[0] ?? {}), view).toEqual(csv.split('\r\n')[0]?.split(','));
    }
  });

  it('chooses JSON or CSV by Accept', async () => {
    const typeFor = async (accept: string) => {
      const response = await project.send('GET', `${ended}/results`, { headers: { Accept: accept } });
      return response.headers.get('Content-Type')?.split(';')[0];
    };
    expect(await typeFor('*/*')).toBe('application/json');
    expect(await typeFor('text/csv')).toBe('text/csv');
    expect(await typeFor('text/*, application/json;q=0.5')).toBe('text/csv');
    expect(await typeFor('application/json;q=0, */*')).toBe('text/csv');
    expect(await typeFor('image/png, application/json')).toBe('application/json');
  });

  it('refuses what it cannot make', async () => {
    const response = await project.send('GET', `${ended}/results`, { headers: { Accept: 'application/pdf' } });
    expect(response.status).toBe(406);
    expect((await problemOf(response)).code).toBe('not-acceptable');
    const view = await project.send('GET', `${ended}/results?view=rows`);
    expect((await problemOf(view)).errors?.[0]?.pointer).toBe('/query/view');
  });

  it('answers 304 to the ETag of the same view and form', async () => {
    const path = `${ended}/results.csv`;
    const etag = (await project.send('GET', path)).headers.get('ETag') ?? '';
    expect((await project.send('GET', path, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    const other = await project.send('GET', `${path}?view=trials`, { headers: { 'If-None-Match': etag } });
    expect(other.status).toBe(200);
  });
});

describe('what is stored at the end', () => {
  const textOf = async (path: string) => (await project.send('GET', path)).text();
  const idOf = (path: string) => path.split('/').at(-1) ?? '';

  it('is sent as it is stored, byte for byte', async () => {
    const [row] = await api.db
      .select({ results: sql<string>`results::text`, digest: experiments.results_digest })
      .from(experiments)
      .where(eq(experiments.id, idOf(ended)));
    const sent = await textOf(`${ended}/results`);
    expect(sent).toBe(row?.results);
    expect(sha256(sent)).toBe(row?.digest);
  });

  it('is made anew when the summariser that made it is an older one', async () => {
    await api.db
      .update(experiments)
      .set({ results: sql`'{"old":true}'::json`, results_version: RESULTS_VERSION - 1 })
      .where(eq(experiments.id, idOf(ended)));
    const fresh = await startApi();
    const results = await fresh.send('GET', `${ended}/results`, { key: project.key });
    expect(resultsSchema.parse(await jsonOf(results)).partial).toBe(false);
  });

  it('has a page that is drawn once for all services, and anew by another renderer', async () => {
    const page = async (deps: Partial<Deps> = {}) => {
      const other = await startApi(deps);
      return (await other.send('GET', `${ended}/report`, { key: project.key })).text();
    };
    const first = await page();
    const never = () => {
      throw new Error('drawn again');
    };
    expect(await page({ renderReport: never })).toBe(first);
    const config = { ...api.deps.config, version: '0.1.1' };
    expect(await page({ renderReport: () => '<p>new</p>', config })).toBe('<p>new</p>');
  });

  it('answers 304 for the page too', async () => {
    const etag = (await project.send('GET', `${ended}/report`)).headers.get('ETag') ?? '';
    const headers = { 'If-None-Match': etag };
    expect((await project.send('GET', `${ended}/report`, { headers })).status).toBe(304);
  });

  it('tells HEAD the same headers, without a body', async () => {
    for (const path of [`${ended}/results`, `${ended}/results.csv?view=seconds`, `${ended}/report`]) {
      const [head, get] = [await project.send('HEAD', path), await project.send('GET', path)];
      expect(head.status, path).toBe(200);
      expect(await head.text(), path).toBe('');
      for (const name of ['Content-Type', 'ETag', 'X-Row-Count', 'Vary'])
        expect(head.headers.get(name), `${path} ${name}`).toBe(get.headers.get(name));
      await get.arrayBuffer();
    }
  });
});

describe('before the end', () => {
  it('refuses final results, and gives partial ones when asked', async () => {
    const mine = await api.project();
    const path = await submit(mine);
    const { runner, job } = await startedJob(mine);
    const [first] = trialsOf(job);
    if (!first) throw new Error('no trial');
    await jsonOf(await runner.put(job, first), 201);
    for (const form of ['results', 'results.csv', 'comparisons']) {
      const refused = await mine.send('GET', `${path}/${form}`);
      expect(refused.status, form).toBe(409);
      expect((await problemOf(refused)).code, form).toBe('experiment-not-ended');
    }
    const partial = resultsSchema.parse(await jsonOf(await mine.send('GET', `${path}/results?partial=true`)));
    expect(partial.partial).toBe(true);
    expect(partial.trials).toHaveLength(1);
    expect(partial.cells.find((c) => c.cell === first.cell)?.n).toBe(1);
    const csv = await mine.send('GET', `${path}/results.csv?partial=true&view=trials`);
    expect(csv.headers.get('X-Row-Count')).toBeNull();
    expect(csv.headers.get('Retry-After')).toBe('2');
  });

  it('gives partial results of an experiment that still waits: no numbers, no error', async () => {
    const mine = await api.project();
    const path = await submit(mine);
    const partial = resultsSchema.parse(await jsonOf(await mine.send('GET', `${path}/results?partial=true`)));
    expect(partial).toMatchObject({ partial: true, trials: [], host: null });
    expect(partial.cells.every((c) => c.throughput_rps.value === null)).toBe(true);
  });

  it('gives the results of one that was canceled while it waited', async () => {
    const mine = await api.project();
    const path = await submit(mine);
    await mine.send('POST', `${path}/cancel`);
    expect(await jsonOf(await mine.send('GET', `${path}/results`))).toMatchObject({ partial: false, trials: [] });
  });
});

describe('GET /v1/experiments/{id}/comparisons', () => {
  it('has the pairs of the results and the answer in words', async () => {
    const results = resultsSchema.parse(await jsonOf(await project.send('GET', `${ended}/results`)));
    const body = await jsonOf<{ comparisons: unknown[]; answer: string[] }>(
      await project.send('GET', `${ended}/comparisons`),
    );
    expect(body.comparisons).toEqual(results.comparisons);
    expect(body.comparisons.length).toBeGreaterThan(0);
    expect(body.answer).toEqual(results.answer);
    expect(body).toMatchObject({ thresholds: results.thresholds, verdict: 'none', baseline: null });
  });
});

describe('GET /v1/experiments/{id}/trials/{trial}', () => {
  it('has all that the runner sent, and its digest', async () => {
    const results = resultsSchema.parse(await jsonOf(await project.send('GET', `${ended}/results`)));
    const row = results.trials[0];
    const trial = await jsonOf<{ sha256: string; result: { cell: string; load: { seconds: unknown[] } } }>(
      await project.send('GET', `${ended}/trials/${row?.id}`),
    );
    expect(trial.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(trial.result.cell).toBe(row?.cell);
    expect(trial.result.load.seconds).toHaveLength(6);
  });

  it('is not found under another experiment, nor for another project', async () => {
    const results = resultsSchema.parse(await jsonOf(await project.send('GET', `${ended}/results`)));
    const id = results.trials[0]?.id;
    const other = await api.project();
    const elsewhere = await submit(other);
    expect((await other.send('GET', `${ended}/trials/${id}`)).status).toBe(404);
    expect((await other.send('GET', `${elsewhere}/trials/${id}`)).status).toBe(404);
    expect((await project.send('GET', `${ended}/trials/trl_00000000000000000000000000000000`)).status).toBe(404);
  });
});

describe('GET /v1/experiments/{id}/report', () => {
  it('is a page that may run nothing but what it holds', async () => {
    const response = await project.send('GET', `${ended}/report`);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(response.headers.get('Referrer-Policy')).toBe('no-referrer');
    expect(response.headers.get('X-Robots-Tag')).toBe('noindex');
    expect(await response.text()).toContain('=1+1, &quot;quoted&quot;');
  });
});
