import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createAdaptorServer } from '@hono/node-server';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandMatrix } from '../../../src/core/matrix.ts';
import type { ClaimedJob } from '../../../src/core/runner-protocol.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { trials } from '../../../src/db/schema/trials.ts';
import { smallSpec } from '../../fixtures/spec.ts';
import { makeTrialResult } from '../../fixtures/trial-result.ts';
import { startedJob } from '../runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from '../service.ts';

/** 2 cells × 100 blocks × 500 seconds. */
const BLOCKS = 100;
const SECONDS = 500;
const ROWS = 2 * BLOCKS * SECONDS;

let api: Api;
let project: Project;
let http: Server;
let port: number;
let id: string;

/** Trials of every cell and block that are the same but for their names: filling histograms is what costs. */
async function storeTrials(job: ClaimedJob, put: (trial: TrialResult) => Promise<Response>): Promise<void> {
  const [cell] = expandMatrix(job.spec as never);
  const one = makeTrialResult({ cell: cell!, block: 1, median_ms: 20, warmup_s: 1, window_s: SECONDS - 1 });
  for (const { block, cells } of job.schedule)
    for (const slug of cells) await jsonOf(await put({ ...one, cell: slug, block }), 201);
}

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  // A day is the longest that an experiment may take; its trials have more seconds here than fit into one.
  const json = smallSpec({ repetitions: BLOCKS });
  ({ id } = await jsonOf<{ id: string }>(await project.send('POST', '/v1/experiments', { json }), 202));
  const { runner, job } = await startedJob(project);
  await storeTrials(job, (trial) => runner.put(job, trial));
  await jsonOf(await runner.finish(job, 'canceled'));
  http = createAdaptorServer({ fetch: api.app.fetch, createServer, overrideGlobalObjects: false }) as Server;
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  ({ port } = http.address() as AddressInfo);
}, 120_000);

afterAll(async () => {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
  // The database is shared with other files of this worker.
  await api.db.delete(experiments).where(eq(experiments.id, id));
});

async function open(path: string, method = 'GET'): Promise<IncomingMessage> {
  const headers = { Authorization: `Bearer ${project.key}` };
  const sent = request({ host: '127.0.0.1', port, path: `/v1/experiments/${id}${path}`, method, headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes in use after a collection; not those of the embedded database, whose WebAssembly memory only ever grows. */
function held(): number {
  // Twice: what the first finds of buffers is given back beside it, and that is over when the second begins.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const MIB = 1024 * 1024;

describe('100,000 rows over a socket', () => {
  it('come in constant memory to a reader that is slow, each once', { timeout: 120_000 }, async () => {
    const before = held();
    const response = await open('/results.csv?view=seconds');
    expect(response.headers['x-row-count']).toBe(String(ROWS));
    let lines = 0;
    let bytes = 0;
    let most = 0;
    let measured = 0;
    const seen = new Map<string, number>();
    let rest = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      const texts = (rest + chunk.toString()).split('\r\n');
      rest = texts.pop() ?? '';
      for (const line of texts) {
        lines += 1;
        const [trial = ''] = line.split(',', 1);
        seen.set(trial, (seen.get(trial) ?? 0) + 1);
      }
      if (bytes - measured < MIB) continue;
      measured = bytes;
      // A slow reader: others are served while it thinks.
      for (let i = 0; i < 3; i += 1) await (await api.send('GET', '/healthz')).text();
      most = Math.max(most, held() - before);
    }
    expect(rest).toBe('');
    expect(lines).toBe(1 + ROWS);
    seen.delete('trial');
    expect(seen.size).toBe(2 * BLOCKS);
    expect(new Set(seen.values())).toEqual(new Set([SECONDS]));
    // The answer alone has more, and what it is made from ten times as much.
    expect(bytes).toBeGreaterThan(10 * MIB);
    expect(most).toBeLessThan(5 * MIB);
  });

  it('are not made while nobody takes them', { timeout: 60_000 }, async () => {
    const before = held();
    const response = await open('/results.csv?view=seconds');
    await once(response, 'readable');
    // Enough turns of the event loop for all pages, if they were made.
    for (let i = 0; i < 300; i += 1) await (await api.send('GET', '/readyz')).text();
    expect(held() - before).toBeLessThan(8 * MIB);
    response.destroy();
    // Reading was given up: the service answers as before.
    expect((await api.send('GET', '/readyz')).status).toBe(200);
  });

  it('end in an error for the client when one in the middle cannot be read, not in a shorter file', async () => {
    const last = and(eq(trials.experiment_id, id), eq(trials.position, 2 * BLOCKS));
    const [kept] = await api.db.select({ body: trials.body }).from(trials).where(last);
    await api.db.update(trials).set({ body: '{ damaged' }).where(last);
    try {
      const response = await open('/results.csv?view=seconds');
      expect(response.statusCode).toBe(200);
      let bytes = 0;
      const read = async () => {
        for await (const chunk of response as AsyncIterable<Buffer>) bytes += chunk.length;
      };
      await expect(read()).rejects.toThrow();
      // What came before was sent before the damage was known.
      expect(bytes).toBeGreaterThan(5 * MIB);
      expect(api.logged.filter(({ message }) => message.includes('broken off'))).toHaveLength(1);
    } finally {
      await api.db.update(trials).set({ body: kept!.body }).where(last);
    }
  });

  it('come as JSON too, one document, and HEAD tells their number without them', { timeout: 60_000 }, async () => {
    const response = await open('/results.json?view=seconds');
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const { view, rows } = JSON.parse(Buffer.concat(chunks).toString()) as { view: string; rows: { t_s: number }[] };
    expect([view, rows.length]).toEqual(['seconds', ROWS]);
    expect(rows.at(-1)?.t_s).toBe(SECONDS - 1);
    const head = await open('/results.csv?view=requests', 'HEAD');
    expect(head.headers['x-row-count']).toBe(String(2 * BLOCKS));
    head.resume();
    await once(head, 'end');
  });
});
