import { beforeAll, describe, expect, it } from 'vitest';
import { createProcessMeter } from '../../src/api/process-meter.ts';
import { prometheusText } from '../../src/api/prometheus-text.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { startedJob, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|(?=\}))/;

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (!rest.startsWith('}')) {
    const match = LABEL.exec(rest);
    if (!match) throw new Error(`no label: ${rest}`);
    const [whole, name = '', value = ''] = match;
    if (Object.hasOwn(labels, name)) throw new Error(`label twice: ${text}`);
    labels[name] = value.replaceAll(/\\(["\\n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
    rest = rest.slice(whole.length);
  }
  return labels;
}

/** Equal for equal labels, in whatever order. */
function textOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(labels, Object.keys(labels).toSorted());
}

/** The text format 0.0.4, read strictly: HELP and TYPE once before a family's samples, no family twice, no sample twice. */
function parsed(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', rest = ''] = comment;
      if (kind === 'HELP') {
        if (types.has(name)) throw new Error(`family twice: ${name}`);
        family = name;
      } else if (name !== family || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(line);
      else types.set(name, rest);
      continue;
    }
    const name = NAME.exec(line)?.[0] ?? '';
    const braces = line[name.length] === '{';
    const labels = braces ? labelsOf(line.slice(name.length + 1)) : {};
    const number = /^.* (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.exec(line)?.[1];
    if (number === undefined) throw new Error(`no sample: ${line}`);
    const suffixes = types.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => name === family + suffix)) throw new Error(`${name} is not of ${family}`);
    const series = `${name} ${textOf(labels)}`;
    if (seen.has(series)) throw new Error(`sample twice: ${line}`);
    seen.add(series);
    samples.push({ name, labels, value: number.endsWith('Inf') ? Infinity : Number(number) });
  }
  return samples;
}

let api: Api;
let operator: Project;
beforeAll(async () => {
  api = await startApi({ meter: createProcessMeter() });
  operator = await api.project();
});

async function scrape(of: { send: Project['send'] } = operator): Promise<Sample[]> {
  const answer = await of.send('GET', '/metrics', {
    headers: { Accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parsed(await answer.text());
}

function valueOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  const wanted = textOf(labels);
  const found = samples.find((s) => s.name === name && textOf(s.labels) === wanted);
  if (!found) throw new Error(`no ${name} ${wanted}`);
  return found.value;
}

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

  it('says what the instance holds', async () => {
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
