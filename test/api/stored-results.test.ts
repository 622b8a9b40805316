import { gunzipSync } from 'node:zlib';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, it } from 'vitest';
import { experiments } from '../../src/db/schema/experiments.ts';
import { trials } from '../../src/db/schema/trials.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { runToEnd } from './runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
/** An experiment that has succeeded. */
let ended: string;

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  const sent = await project.send('POST', '/v1/experiments', { json: smallSpec() });
  ended = `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}`;
  await runToEnd(project);
});

const textOf = async (path: string) => (await project.send('GET', path)).text();
const idOf = (path: string) => path.split('/').at(-1) ?? '';

async function forget(id: string): Promise<void> {
  const none = { results: null, results_digest: null, results_version: null };
  await api.db.update(experiments).set(none).where(eq(experiments.id, id));
}

it('is what the trials themselves give, also where their summaries were never made', async () => {
  const before = await textOf(`${ended}/results`);
  await api.db
    .update(trials)
    .set({ summary: null, summary_version: null })
    .where(eq(trials.experiment_id, idOf(ended)));
  await forget(idOf(ended));
  expect(await (await startApi()).send('GET', `${ended}/results`, { key: project.key }).then((r) => r.text())).toBe(
    before,
  );
  for (const view of ['requests', 'seconds']) {
    const response = await project.send('GET', `${ended}/results.csv?view=${view}`);
    const rows = (await response.text()).split('\r\n').length - 2;
    expect(response.headers.get('X-Row-Count'), view).toBe(String(rows));
  }
});

it('sends the page packed to who takes gzip, and says that it depends on that', async () => {
  const plain = await project.send('GET', `${ended}/report`);
  expect(plain.headers.get('Content-Encoding')).toBeNull();
  const packed = await project.send('GET', `${ended}/report`, { headers: { 'Accept-Encoding': 'br, gzip;q=0.8' } });
  expect(packed.headers.get('Content-Encoding')).toBe('gzip');
  expect(packed.headers.get('Vary')).toBe('Accept-Encoding, Accept, Authorization');
  const bytes = Buffer.from(await packed.arrayBuffer());
  expect(gunzipSync(bytes).toString()).toBe(await plain.text());
  const refused = await project.send('GET', `${ended}/report`, { headers: { 'Accept-Encoding': 'gzip;q=0' } });
  expect(refused.headers.get('Content-Encoding')).toBeNull();
});
