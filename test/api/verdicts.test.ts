import { eq, sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createResultReader } from '../../src/api/experiment-results.ts';
import { Judge } from '../../src/api/judge.ts';
import { resultsSchema } from '../../src/core/results.ts';
import { RESULTS_VERSION } from '../../src/core/summary/summarise.ts';
import { finishJob } from '../../src/db/job-finish.ts';
import { experiments } from '../../src/db/schema/experiments.ts';
import { listUnjudged } from '../../src/db/verdicts.ts';
import { sha256 } from '../db/world.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runToEnd, startedJob, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

interface Shown {
  readonly id: string;
  readonly status: string;
  readonly verdict: string;
  readonly series: string | null;
  readonly origin: unknown;
}

/** `fastapi` answers in some 4 ms, `django` in some 8. */
const PASSES = { cells: { deployment: 'fastapi' }, expect: ['latency_p95_ms < 800'] };
const FAILS = { id: 'fast', cells: { deployment: 'django' }, expect: ['latency_p50_ms < 1'] };

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

async function submit(project: Project, thresholds: unknown[], changes: Record<string, unknown> = {}): Promise<string> {
  const json = smallSpec({ repetitions: 3, thresholds, ...changes });
  return `/v1/experiments/${(await jsonOf<{ id: string }>(await project.send('POST', '/v1/experiments', { json }), 202)).id}`;
}

const shown = async (project: Project, path: string) => jsonOf<Shown>(await project.send('GET', path));
const idOf = (path: string) => path.split('/').at(-1) ?? '';

/** Ends the experiment as a service does that is killed before it has made the results. */
async function endedUnjudged(project: Project, path: string): Promise<void> {
  const { runner, job } = await startedJob(project);
  for (const trial of trialsOf(job)) await jsonOf(await runner.put(job, trial), 201);
  const { kind } = await finishJob(api.db, { ...job, outcome: 'succeeded', reason: null });
  expect([kind, job.experiment_id]).toEqual(['finished', idOf(path)]);
}

/** The rounds of one more service on this database, until nothing of this test is left. */
async function judgeAll(path: string): Promise<void> {
  const judge = new Judge();
  const results = createResultReader({ ...api.deps, db: api.db });
  const isLeft = async () =>
    (await listUnjudged(api.db, { limit: 1000, except: [] })).some(({ id }) => id === idOf(path));
  while (await isLeft()) await judge.round(api.db, results);
}

describe('the verdict of an experiment', () => {
  it('is none before the end and without thresholds, and follows the end where there are some', async () => {
    const project = await api.project();
    const path = await submit(project, [PASSES]);
    expect(await shown(project, path)).toMatchObject({ status: 'queued', verdict: 'none', series: null, origin: null });
    await runToEnd(project);
    expect(await shown(project, path)).toMatchObject({ status: 'succeeded', verdict: 'passed' });
    const ungated = await submit(project, []);
    await runToEnd(project);
    expect(await shown(project, ungated)).toMatchObject({ status: 'succeeded', verdict: 'none' });
    const { experiments: listed } = await jsonOf<{ experiments: Shown[] }>(
      await project.send('GET', '/v1/experiments'),
    );
    expect(listed.map(({ verdict }) => verdict)).toEqual(['none', 'passed']);
  });

  it('is the one of the results and of the comparisons, which have the checks', async () => {
    const project = await api.project();
    const path = await submit(project, [PASSES, FAILS]);
    await runToEnd(project);
    expect((await shown(project, path)).verdict).toBe('failed');
    const results = resultsSchema.parse(await jsonOf(await project.send('GET', `${path}/results`)));
    expect(results.verdict).toBe('failed');
    expect(results.thresholds.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['T1', 'passed'],
      ['fast', 'failed'],
    ]);
    const { verdict, thresholds } = await jsonOf(await project.send('GET', `${path}/comparisons`));
    expect({ verdict, thresholds }).toEqual({ verdict: 'failed', thresholds: results.thresholds });
  });

  it('is apart from how the run ended: one that was canceled before it began is inconclusive', async () => {
    const project = await api.project();
    const path = await submit(project, [PASSES]);
    const canceled = await project.send('POST', `${path}/cancel`);
    expect(canceled.headers.get('Retry-After')).toBe('2');
    expect(await jsonOf(canceled)).toMatchObject({ status: 'canceled', verdict: 'none' });
    await judgeAll(path);
    expect(await shown(project, path)).toMatchObject({ status: 'canceled', verdict: 'inconclusive' });
  });

  it('is in the partial comparisons only when it is given', async () => {
    const project = await api.project();
    const path = await submit(project, [PASSES]);
    const { runner, job } = await startedJob(project);
    for (const trial of trialsOf(job)) await jsonOf(await runner.put(job, trial), 201);
    const before = await jsonOf(await project.send('GET', `${path}/comparisons?partial=true`));
    expect(before).toMatchObject({ partial: true, verdict: 'none', thresholds: [{ id: 'T1', verdict: 'passed' }] });
    await jsonOf(await runner.finish(job));
    const after = await jsonOf(await project.send('GET', `${path}/comparisons`));
    expect(after).toMatchObject({ partial: false, verdict: 'passed' });
  });
});

describe('an experiment whose service was killed between its end and its verdict', () => {
  it('says that something is still to come, and a long poll that has seen the end sees the verdict', async () => {
    const project = await api.project();
    const path = await submit(project, [PASSES]);
    await endedUnjudged(project, path);
    const ended = await project.send('GET', path);
    expect(ended.headers.get('Retry-After')).toBe('2');
    const etag = ended.headers.get('ETag') ?? '';
    expect(await jsonOf(ended)).toMatchObject({ status: 'succeeded', verdict: 'none' });
    const polling = project.send('GET', path, { headers: { 'If-None-Match': etag, Prefer: 'wait=25' } });
    // Sent later, answered earlier: the poll is waiting by then.
    await shown(project, path);
    await judgeAll(path);
    const judged = await polling;
    expect(judged.headers.get('ETag')).not.toBe(etag);
    expect(judged.headers.get('Retry-After')).toBeNull();
    expect(await jsonOf(judged)).toMatchObject({ status: 'succeeded', verdict: 'passed' });
  });

  it('is judged once, however many services find it', async () => {
    const project = await api.project();
    const path = await submit(project, [FAILS]);
    await endedUnjudged(project, path);
    await Promise.all([judgeAll(path), judgeAll(path), judgeAll(path)]);
    const { events } = await jsonOf<{ events: { type: string; data: unknown }[] }>(
      await project.send('GET', `${path}/events`),
    );
    expect(events.filter(({ type }) => type === 'judged')).toMatchObject([{ data: { verdict: 'failed' } }]);
    expect(await shown(project, path)).toMatchObject({ verdict: 'failed' });
  });

  it('is judged by whoever reads its results first', async () => {
    const project = await api.project();
    const path = await submit(project, [FAILS]);
    await endedUnjudged(project, path);
    const results = await jsonOf(await project.send('GET', `${path}/results`));
    expect(results).toMatchObject({ verdict: 'failed' });
    expect(await shown(project, path)).toMatchObject({ verdict: 'failed' });
  });
});

it('A verdict stands, with what it was given for, when a newer service makes the results anew', async () => {
  const project = await api.project();
  const path = await submit(project, [PASSES]);
  await runToEnd(project);
  const first = resultsSchema.parse(await jsonOf(await project.send('GET', `${path}/results`)));
  // As an older summariser would have judged it.
  const old = { ...first, verdict: 'failed', thresholds: [{ ...first.thresholds[0], verdict: 'failed' }] };
  const text = JSON.stringify(old);
  await api.db
    .update(experiments)
    .set({
      verdict: 'failed',
      results: sql`${text}::text::json`,
      results_digest: sha256(text),
      results_version: RESULTS_VERSION - 1,
    })
    .where(eq(experiments.id, idOf(path)));
  const fresh = await startApi();
  const again = resultsSchema.parse(await jsonOf(await fresh.send('GET', `${path}/results`, { key: project.key })));
  expect(again.verdict).toBe('failed');
  expect(again.thresholds).toEqual(old.thresholds);
  expect(again.cells.map(({ cell, n }) => [cell, n])).toEqual(first.cells.map(({ cell, n }) => [cell, n]));
  expect(await shown(project, path)).toMatchObject({ verdict: 'failed' });
});
