import { describe, expect, it } from 'vitest';
import { loadPlanSchema } from '../../src/core/load-plan.ts';
import { CommandError } from '../../src/cli/exit-codes.ts';
import type { LoadOptions } from '../../src/cli/load/load-options.ts';
import { notesOn } from '../../src/cli/load/plan-notes.ts';
import { planOfOptions } from '../../src/cli/load/plan-of-options.ts';
import type { LoadProblem } from '../../src/cli/load/reading.ts';

const URL_TEXT = 'http://127.0.0.1:8080/test';

/** What is said of the options, each as `where: detail`. */
async function problemsOf(options: LoadOptions, address = URL_TEXT): Promise<string[]> {
  const error: unknown = await planOfOptions(address, options).catch((cause: unknown) => cause);
  if (!(error instanceof CommandError)) throw new Error('the options were taken');
  expect(error.exitCode).toBe(2);
  const { errors } = error.document as { errors: LoadProblem[] };
  for (const { where, detail } of errors) expect(error.message).toContain(`${where}: ${detail}`);
  return errors.map(({ where, detail }) => `${where}: ${detail}`);
}

const modelOf = async (options: LoadOptions): Promise<unknown> => (await planOfOptions(URL_TEXT, options)).model;
const pool = { arrivals: 'poisson', connections: 50, max_connections: 1000 };

describe('the plan of a command line', () => {
  it('is ten connections that send one GET where nothing is said', async () => {
    const plan = await planOfOptions(URL_TEXT, {});
    expect(loadPlanSchema.parse(plan)).toMatchObject({
      scheme: 'http',
      host: '127.0.0.1',
      port: 8080,
      driver: 'socket',
      insecure: false,
      model: { kind: 'connections', connections: 10 },
      threads: 1,
      warmup_s: 1,
      window_s: 10,
      timeout_s: 10,
      rehearsal_s: 1,
      seed: 1,
    });
    expect(await planOfOptions(URL_TEXT, { rehearsal: '0' })).toMatchObject({ rehearsal_s: 0 });
    expect(plan.workload).toEqual([
      {
        weight: 1,
        steps: [
          expect.objectContaining({
            name: 'GET /test',
            method: 'GET',
            path: '/test',
            headers: { Accept: '*/*', 'User-Agent': 'benchwright' },
            body: null,
          }),
        ],
      },
    ]);
    const { statuses } = plan.workload[0]!.steps[0]!.expect;
    expect([statuses[0], statuses.at(-1), statuses.length]).toEqual([200, 399, 200]);
  });

  it.each([
    ['connections', { connections: '50' }, { kind: 'connections', connections: 50 }],
    [
      'users',
      { users: '5', thinkTime: '1-2', ramp: '0.5' },
      { kind: 'users', users: 5, think_time: { kind: 'uniform', lo_s: 1, hi_s: 2 }, ramp_users_per_s: 0.5 },
    ],
    [
      'users without a pause',
      { users: '5' },
      { kind: 'users', users: 5, think_time: { kind: 'constant', s: 0 }, ramp_users_per_s: 10 },
    ],
    ['a rate', { rate: '500' }, { kind: 'rate', rate_rps: 500, ...pool }],
    [
      'a rate of even arrivals with connections of its own',
      { rate: '0.5', arrivals: 'constant', connections: '20', maxConnections: '40' },
      { kind: 'rate', rate_rps: 0.5, arrivals: 'constant', connections: 20, max_connections: 40 },
    ],
    [
      'a rate with more connections than there may be by default',
      { rate: '500', connections: '2000' },
      { kind: 'rate', rate_rps: 500, ...pool, connections: 2000, max_connections: 2000 },
    ],
    [
      'stages',
      { stages: '200:30s, 200-2000:10s,2000:500ms' },
      {
        kind: 'stages',
        stages: [
          { from_rps: 200, to_rps: 200, for_s: 30 },
          { from_rps: 200, to_rps: 2000, for_s: 10 },
          { from_rps: 2000, to_rps: 2000, for_s: 0.5 },
        ],
        ...pool,
      },
    ],
    [
      'a search',
      { latencyLimit: 'p95<50ms', startRate: '20', errorLimit: '1%' },
      { kind: 'capacity', limit: { quantile: 0.95, latency_ms: 50, error_rate: 0.01 }, start_rps: 20, ...pool },
    ],
    [
      'a search for a limit in seconds',
      { latencyLimit: ' p99.9 < 0.07s ', errorLimit: '0.1%' },
      { kind: 'capacity', limit: { quantile: 0.999, latency_ms: 70, error_rate: 0.001 }, start_rps: 50, ...pool },
    ],
  ] as const)('reads the model of %s', async (_, options, model) => {
    expect(await modelOf(options)).toEqual(model);
    loadPlanSchema.parse(await planOfOptions(URL_TEXT, options));
  });

  it('gives each thread a connection where nobody says how many there are', async () => {
    expect(await modelOf({ threads: '64' })).toEqual({ kind: 'connections', connections: 64 });
    expect(await modelOf({ threads: '64', rate: '9' })).toMatchObject({ connections: 64 });
  });

  it('takes the port of the scheme, and for https the driver that speaks it', async () => {
    expect(await planOfOptions('http://shop.example/', {})).toMatchObject({ port: 80, driver: 'socket' });
    const https = { scheme: 'https', host: '::1', port: 443, driver: 'undici', insecure: true };
    expect(await planOfOptions('https://[::1]/', { insecure: true })).toMatchObject(https);
  });

  it('notes more threads than cores, and does not refuse them', async () => {
    const plan = await planOfOptions(URL_TEXT, { threads: '4' });
    expect(notesOn(plan, 4)).toEqual([]);
    expect(notesOn(plan, 2)).toEqual([expect.stringContaining('4 threads on 2 cores take turns')]);
  });
});

describe('what is wrong with a command line', () => {
  it.each<[string, LoadOptions, RegExp]>([
    ['a rate of 0', { rate: '0' }, /^--rate: expected requests\/s above 0, up to 1000000, got "0"$/],
    ['a negative rate', { rate: '-5' }, /^--rate: .*got "-5"/],
    ['a rate that is no number', { rate: 'fast' }, /^--rate: .*got "fast"/],
    ['a negative think time', { users: '5', thinkTime: '-1' }, /^--think-time: expected seconds like 1\.5.*got "-1"/],
    ['a think time upside down', { users: '5', thinkTime: '2-1' }, /^--think-time: .*got "2-1"/],
    ['a ramp of 0', { users: '5', ramp: '0' }, /^--ramp: /],
    ['no users', { users: '0' }, /^--users: expected a whole number from 1/],
    [
      'arrivals that are none',
      { rate: '5', arrivals: 'bursty' },
      /^--arrivals: expected constant or poisson, got "bursty"/,
    ],
    [
      'more connections than there may be',
      { rate: '5', connections: '9', maxConnections: '3' },
      /^--connections: expected at most --max-connections, which is 3, got 9/,
    ],
    ['a stage without a time', { stages: '200' }, /^--stages: expected stages like 200:30s.*got "200"/],
    ['a stage of no time', { stages: '200:0s' }, /^--stages: .*got "200:0s"/],
    ['an empty stage', { stages: '200:3s,' }, /^--stages: .*got ""/],
    ['stages without any request', { stages: '0:3s,0-0:3s' }, /^--stages: these ask for nothing: a stage plans/],
    [
      'stages of more than an hour',
      { stages: '1:50m,2:11m' },
      /^--stages: expected at most 3600 seconds together, got 3660/,
    ],
    [
      'stages of another length than they have',
      { stages: '1:3s', duration: '5' },
      /^--duration: with --stages the window/,
    ],
    [
      'a limit without a unit',
      { latencyLimit: 'p95<50' },
      /^--latency-limit: expected a percentile and a time like p95<50ms/,
    ],
    ['a limit of no percentile', { latencyLimit: 'mean<50ms' }, /^--latency-limit: .*got "mean<50ms"/],
    ['a limit of the 0th percentile', { latencyLimit: 'p0<50ms' }, /^--latency-limit: /],
    [
      'a limit above the timeout',
      { latencyLimit: 'p95<2s', timeout: '1s' },
      /^--latency-limit: expected less than --timeout, 1000 ms, got 2000: no request takes longer/,
    ],
    [
      'a rehearsal that takes longer than most loads',
      { rehearsal: '11s' },
      /^--rehearsal: expected a time from 0 to 10/,
    ],
    ['a limit equal to the timeout', { latencyLimit: 'p95<1s', timeout: '1s' }, /^--latency-limit: expected less than/],
    [
      'an error limit of 0',
      { latencyLimit: 'p95<50ms', errorLimit: '0' },
      /^--error-limit: expected a share above 0.*got "0": however many requests went well, the next one may fail/,
    ],
    [
      'a search from next to nothing',
      { latencyLimit: 'p95<50ms', startRate: '0.001' },
      /^--start-rate: expected a number from 1 to/,
    ],
    [
      'a rate that comes to no request',
      { rate: '0.01', duration: '10s' },
      /^--rate and --duration: 0\.01 requests\/s through a window of 10 s plan no request: raise/,
    ],
    ['stages that come to no request', { stages: '0.01:1s,0-0.9:1s' }, /^--stages: these ask for nothing/],
    [
      'a search whose first step is no request',
      { latencyLimit: 'p95<50ms', startRate: '1', duration: '0.1s' },
      /^--start-rate and --duration: 1 requests\/s/,
    ],
    ['an error limit of everything', { latencyLimit: 'p95<50ms', errorLimit: '100%' }, /^--error-limit: /],
    ['a start rate without a search', { rate: '5', startRate: '3' }, /^--start-rate: belongs to --latency-limit/],
    ['an error limit without a search', { errorLimit: '0.1' }, /^--error-limit: belongs to --latency-limit/],
    ['a think time without users', { thinkTime: '1' }, /^--think-time: belongs to --users/],
    ['a ramp of a rate', { rate: '5', ramp: '3' }, /^--ramp: belongs to --users; a rate rises in --stages/],
    [
      'arrivals of a closed loop',
      { connections: '5', arrivals: 'poisson' },
      /^--arrivals: belongs to --rate, --stages and/,
    ],
    ['a bound of a closed loop', { users: '5', maxConnections: '9' }, /^--max-connections: belongs to --rate/],
    [
      'connections of users',
      { users: '5', connections: '5' },
      /^--connections: with --users each of them has a connection/,
    ],
    ['two models', { rate: '5', users: '5' }, /^--users and --rate: expected one of them, got both$/],
    ['no thread', { threads: '0' }, /^--threads: expected a whole number from 1 to 256/],
    [
      'more threads than connections',
      { threads: '3', connections: '2' },
      /^--threads: expected at most one for each of 2 connections, got 3/,
    ],
    ['more threads than users', { threads: '3', users: '1' }, /^--threads: expected at most one for each of 1 users/],
    ['a driver that is none', { driver: 'curl' }, /^--driver: expected socket or undici, got "curl"/],
    ['certificates without TLS', { insecure: true }, /^--insecure: belongs to https:\/\//],
    ['a time that is none', { duration: 'soon' }, /^--duration: expected a time from 0\.1 to 3600 seconds/],
    ['a seed below 0', { seed: '-1' }, /^--seed: /],
    ['a method that is none', { method: 'GET /' }, /^--method: expected one like GET, got "GET \/"/],
    [
      'a header without a colon',
      { header: ['Accept'] },
      /^-H: expected a header like 'Accept: text\/html', got "Accept"/,
    ],
    ['a header twice', { header: ['X-A: 1', 'x-a: 2'] }, /^-H: expected each header once, got x-a again/],
    ['a header of two lines', { header: ['X-A: 1\r\nX-B: 2'] }, /^-H X-A: expected a header value of one line/],
    [
      'a header that the engine writes',
      { header: ['Content-Length: 3'] },
      /^-H Content-Length: the engine writes this header/,
    ],
    [
      'a header that asks for another protocol',
      { header: ['Upgrade: h2c'] },
      /^-H Upgrade: the engine does not change/,
    ],
    [
      'a header that is not Latin-1',
      { header: ['X-A: 上'] },
      /^-H X-A: expected a header value of one line, of characters/,
    ],
    ['two bodies', { data: 'a', body: 'b' }, /^--data and --body: expected one of them/],
    ['a placeholder that nobody sets', { data: '{"id":"{{idd}}"}' }, /^--data: \{\{idd\}\} is not set/],
    ['a placeholder that is none', { header: ['X-A: {{random}}'] }, /^-H X-A: .*expected a range like/],
  ])('refuses %s', async (_, options, says) => {
    const problems = await problemsOf(options);
    expect(problems).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    ['not a url', /^URL: expected one like http:\/\/127\.0\.0\.1:8080\/path, got "not a url"/],
    ['localhost:8080/test', /^URL: expected http:\/\/ or https:\/\/, got "localhost:"$/],
    ['ftp://127.0.0.1/', /^URL: expected http:\/\/ or https:\/\/, got "ftp:"$/],
    ['http://me:secret@127.0.0.1/', /^URL: user and password are not supported/],
    ['http://127.0.0.1:0/', /^URL: expected a port from 1 to 65535, got 0/],
    ['http://127.0.0.1/items/{{sequ}}', /^URL: \{\{sequ\}\} is not set.*did you mean `seq`/],
  ])('refuses the address %s', async (address, says) => {
    expect(await problemsOf({}, address)).toEqual([expect.stringMatching(says)]);
  });

  it('does not repeat a password that was typed into the address', async () => {
    expect((await problemsOf({}, 'http://me:secret@127.0.0.1/')).join()).not.toContain('secret');
  });

  it('refuses the driver socket for https', async () => {
    const problems = await problemsOf({ driver: 'socket' }, 'https://127.0.0.1/');
    expect(problems).toEqual([expect.stringMatching(/^--driver: socket does not speak TLS/)]);
  });

  it('names all of it at once, of both models where two were asked for', async () => {
    const problems = await problemsOf(
      {
        users: 'ten',
        rate: '0',
        thinkTime: '-1',
        arrivals: 'often',
        startRate: '5',
        duration: '0',
        driver: 'curl',
        seed: '1.5',
        header: ['X'],
        data: '{{nobody}}',
      },
      'gopher://127.0.0.1/',
    );
    const where = problems.map((problem) => problem.slice(0, problem.indexOf(':')));
    expect(where.sort()).toEqual(
      [
        '--arrivals',
        '--data',
        '--driver',
        '--duration',
        '--rate',
        '--seed',
        '--start-rate',
        '--think-time',
        '--users',
        '--users and --rate',
        '-H',
        'URL',
      ].sort(),
    );
  });
});
