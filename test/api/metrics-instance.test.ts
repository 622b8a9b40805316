import { expect, it } from 'vitest';
import { createProcessMeter } from '../../src/api/process-meter.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { type Sample, scrapeAs, valueOf } from './metrics-samples.ts';
import { startedJob, trialsOf } from './runner-client.ts';
import { jsonOf, startApi } from './service.ts';

it('/metrics says what the instance holds', async () => {
  const api = await startApi({ meter: createProcessMeter() });
  const operator = await api.project();
  const scrape = () => scrapeAs(operator);
  const project = await api.project();
  const before = await scrape();
  await jsonOf(await project.send('POST', '/v1/experiments', { json: smallSpec() }), 202);
  const queued = await scrape();
  const change = (name: string, labels: Record<string, string>, from: Sample[], to: Sample[]) =>
    valueOf(to, name, labels) - valueOf(from, name, labels);
  expect(change('benchwright_experiments', { state: 'queued' }, before, queued)).toBe(1);
  expect(change('benchwright_jobs', { state: 'queued' }, before, queued)).toBe(1);
  expect(valueOf(queued, 'benchwright_oldest_queued_seconds')).toBeGreaterThan(0);
  const { runner, job } = await startedJob(project);
  const [trial] = trialsOf(job);
  await jsonOf(await runner.put(job, trial!), 201);
  const running = await scrape();
  expect(change('benchwright_jobs', { state: 'running' }, queued, running)).toBe(1);
  expect(change('benchwright_experiments', { state: 'running' }, queued, running)).toBe(1);
  expect(change('benchwright_trials_stored', {}, queued, running)).toBe(1);
  expect(valueOf(running, 'benchwright_runners_online')).toBeGreaterThanOrEqual(1);
  expect(valueOf(running, 'benchwright_database_up')).toBe(1);
  expect(valueOf(running, 'benchwright_build_info', { version: '0.1.0' })).toBe(1);
});
