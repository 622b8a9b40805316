import { beforeAll, describe, expect, it } from 'vitest';
import { createProcessMeter } from '../../src/api/process-meter.ts';
import { prometheusText } from '../../src/api/prometheus-text.ts';
import { parsed, type Sample, scrapeAs, valueOf } from './metrics-samples.ts';
import { type Api, type Project, startApi } from './service.ts';

let api: Api;
let operator: Project;
beforeAll(async () => {
  api = await startApi({ meter: createProcessMeter() });
  operator = await api.project();
});

const scrape = (of: { send: Project['send'] } = operator) => scrapeAs(of);

describe('/metrics', () => {
  it('counts requests by route template, method and status, never by path', async () => {
    const project = await api.project();
    const of = { route: '/v1/experiments/{id}', method: 'GET', status: '404' };
    const before = await scrape();
    for (let n = 0; n < 3; n += 1) await project.send('GET', `/v1/experiments/exp_${n}`);
    await api.send('GET', '/no/such/path');
    await api.send('GET', '/r/a-token-of-a-link');
    await api.send('GET', '/docs/errors/internal');
    await project.send('PATCH', '/v1/experiments');
    const after = await scrape();
    const counted = (samples: Sample[]) =>
      samples.some((s) => s.name === 'benchwright_http_requests_total' && s.labels['route'] === of.route)
        ? valueOf(samples, 'benchwright_http_requests_total', of)
        : 0;
    expect(counted(after) - counted(before)).toBe(3);
    const routes = new Set(after.map((sample) => sample.labels['route']).filter((route) => route !== undefined));
    for (const route of ['unmatched', '/r/{token}', '/docs/errors/{code}', '/metrics']) expect(routes).toContain(route);
    const known = new Set(api.app.routes.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')));
    expect([...routes].filter((route) => route !== 'unmatched' && !known.has(route))).toEqual([]);
    expect(
      valueOf(after, 'benchwright_http_requests_total', { route: '/v1/experiments', method: 'PATCH', status: '405' }),
    ).toBe(1);
  });

  it('has a histogram of durations whose buckets add up', async () => {
    await operator.send('GET', '/v1/me');
    const samples = await scrape();
    const of = { route: '/v1/me', method: 'GET' };
    const buckets = samples.filter(
      (s) => s.name === 'benchwright_http_request_duration_seconds_bucket' && s.labels['route'] === '/v1/me',
    );
    const values = buckets.map((bucket) => bucket.value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(buckets.at(-1)?.labels['le']).toBe('+Inf');
    expect(values.at(-1)).toBe(valueOf(samples, 'benchwright_http_request_duration_seconds_count', of));
    expect(valueOf(samples, 'benchwright_http_request_duration_seconds_sum', of)).toBeGreaterThan(0);
    expect(valueOf(samples, 'benchwright_http_requests_in_flight')).toBe(1);
  });

  it('says how the process is, where one lives on; elsewhere the database alone', async () => {
    const samples = await scrape();
    expect(valueOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(10 * 1024 * 1024);
    expect(valueOf(samples, 'nodejs_eventloop_delay_seconds', { quantile: '0.99' })).toBeGreaterThanOrEqual(0);
    const worker = await startApi();
    const names = new Set((await scrape(await worker.project())).map(({ name }) => name));
    expect(names).toContain('benchwright_experiments');
    expect([...names].filter((name) => /^process_|^nodejs_|_http_/.test(name))).toEqual([]);
  });

  it('is the operator’s alone', async () => {
    const admin = await operator.withKey('user', ['read', 'submit', 'run', 'admin']);
    expect((await api.send('GET', '/metrics', { key: admin })).status).toBe(403);
    expect((await api.send('GET', '/metrics', { key: null })).status).toBe(401);
  });
});

describe('the text format', () => {
  it('escapes what would end a label or a line', () => {
    const odd = 'a "quoted" \\ text\nof two lines';
    const text = prometheusText([
      { name: 'odd', type: 'gauge', help: 'one\ntwo \\', samples: [{ labels: { odd }, value: Number.NaN }] },
      {
        name: 'big',
        type: 'gauge',
        help: 'x',
        samples: [{ value: Number.POSITIVE_INFINITY }, { labels: { a: 'b' }, value: 1e-7 }],
      },
    ]);
    expect(text).toContain('# HELP odd one\\ntwo \\\\\n');
    expect(parsed(text).map(({ labels, value }) => [labels, value])).toEqual([
      [{ odd }, Number.NaN],
      [{}, Infinity],
      [{ a: 'b' }, 1e-7],
    ]);
  });
});
