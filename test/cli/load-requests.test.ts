import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { planOfOptions } from '../../src/cli/load/plan-of-options.ts';
import { startItemServer } from './item-server.ts';
import { runCli } from './run-cli.ts';

const short = ['--duration', '0.3', '--warmup', '0', '--rehearsal', '0', '--connections', '2'];

const SHOP = `
- request: GET /items/1
  weight: 2
- sequence:
    - {request: POST /items, body: {name: 'item {{seq}}'}, status: 201, save: {id: $.id}}
    - {request: 'GET /items/{{id}}', headers: {X-User: '{{user}}'}}
`;

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-requests-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('a load of a file of requests', () => {
  it('is the same list in YAML and in JSON', async () => {
    const json = JSON.stringify([
      { request: 'GET /items/1', weight: 2 },
      {
        sequence: [
          { request: 'POST /items', body: { name: 'item {{seq}}' }, status: 201, save: { id: '$.id' } },
          { request: 'GET /items/{{id}}', headers: { 'X-User': '{{user}}' } },
        ],
      },
    ]);
    const [fromYaml, fromJson] = await Promise.all(
      [written('shop.yaml', SHOP), written('shop.json', json)].map((requests) =>
        planOfOptions('http://127.0.0.1:1', { requests }),
      ),
    );
    expect(fromYaml).toEqual(fromJson);
    expect(fromYaml!.workload.map(({ weight, steps }) => [weight, ...steps.map(({ name }) => name)])).toEqual([
      [2, 'GET /items/1'],
      [1, 'POST /items', 'GET /items/{{id}}'],
    ]);
    expect(fromYaml!.workload[1]!.steps.map((step) => step.expect.statuses.length)).toEqual([1, 200]);
  });

  it('sends the headers of the command line with every request that does not name its own', async () => {
    const list = '[{request: GET /a}, {request: GET /b, headers: {accept: text/csv, x-own: "1"}}]';
    const header = ['Accept: text/html', 'Authorization: Bearer {{uuid}}'];
    const { workload } = await planOfOptions('http://127.0.0.1:1/', { requests: written('ab.yaml', list), header });
    expect(workload.map(({ steps }) => steps[0]!.headers)).toEqual([
      { Accept: 'text/html', 'User-Agent': 'benchwright', Authorization: 'Bearer {{uuid}}' },
      { accept: 'text/csv', 'User-Agent': 'benchwright', Authorization: 'Bearer {{uuid}}', 'x-own': '1' },
    ]);
  });

  it('carries values from step to step, and answers with a row for each request', async () => {
    await using server = await startItemServer();
    const run = await runCli(['load', server.url, '--requests', written('shop.yaml', SHOP), ...short]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^3 requests of a list on http/);
    for (const name of ['GET /items/1', 'POST /items', 'GET /items/{{id}}']) expect(run.stdout).toContain(`\n${name} `);
    expect(run.stdout).toMatch(/^Iterations {2}[\d,]+ begun in the whole run/m);
    expect(run.stdout.trim().split('\n').at(-1)).toMatch(/^Trust: /);

    const made = server.seen.filter(({ method }) => method === 'POST');
    const names = made.map(({ body }) => (JSON.parse(body) as { name: string }).name);
    expect(new Set(names).size).toBe(made.length);
    expect(made[0]!.headers['content-type']).toBe('application/json');
    const read = server.seen.filter(({ headers }) => headers['x-user'] !== undefined);
    expect(read.length).toBeGreaterThan(0);
    expect(new Set(read.map(({ headers }) => headers['x-user']))).toEqual(new Set(['1', '2']));
    expect(new Set(read.map(({ path }) => path)).size).toBe(read.length);
  });

  it('counts by request in its document', async () => {
    await using server = await startItemServer();
    const file = written('sequence.yaml', SHOP.slice(SHOP.indexOf('- sequence')));
    const run = await runCli(['load', server.url, '--requests', file, ...short, '--json']);
    const { by_request = [], iterations, ok, failed } = loadResultSchema.parse(JSON.parse(run.stdout));
    expect(by_request.map(({ name }) => name)).toEqual(['POST /items', 'GET /items/{{id}}']);
    expect(by_request.reduce((sum, one) => sum + one.ok, 0)).toBe(ok);
    expect(failed.http_4xx).toBe(0);
    expect(iterations!.broken).toBe(0);
  });

  it('is refused with every problem of the file and of the command line, before anything is sent', async () => {
    await using server = await startItemServer();
    const list =
      '[{request: GET /, staus: 3}, {sequence: [{request: "GET /{{id}}"}, {request: "PUT /{{sequ}}", save: {id: id}}]}]';
    const file = written('wrong.yaml', list);
    const wrong = ['--requests', file, '--method', 'PUT', '--data', 'x', '-H', 'X: {{id}}', '--seed', '-1'];
    const run = await runCli(['load', `${server.url}/path`, ...wrong]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/^benchwright: the load has 7 problems\n/);
    for (const says of [
      `URL: with --requests it says host and port: expected the path /, got /path`,
      '--method: belongs to a single request',
      '--data: belongs to a single request',
      '--seed: expected',
      '-H X: {{id}} is not set',
      `${file} /0/staus: unknown key`,
      `${file} /1/sequence/1/save/id: expected a path like $.id`,
    ]) {
      expect(run.stderr).toContain(`\n  ${says}`);
    }
    expect(server.seen).toEqual([]);
  });

  it('names a value that nobody has set, with the step that uses it', async () => {
    const file = written('unset.yaml', '[{sequence: [{request: "GET /{{id}}"}, {request: POST /, save: {id: $.id}}]}]');
    const run = await runCli(['load', 'http://127.0.0.1:1', '--requests', file]);
    expect(run.stderr).toContain(
      `${file} /0/sequence/0/request: {{id}} is not set: no earlier step of the sequence saves it`,
    );
    expect([run.code, run.stderr.trim().split('\n').length]).toEqual([2, 1]);
  });

  it.each([
    ['is not there', 'none.yaml', null, /--requests: cannot read .*none\.yaml: there is no such file/],
    ['is no YAML', 'broken.yaml', '- {request: GET /', /broken\.yaml: not readable as YAML: .*line \d+/],
    ['is no JSON', 'broken.json', '[{]', /broken\.json: not readable as JSON/],
    [
      'uses aliases of YAML',
      'alias.yaml',
      '- &a {request: GET /}\n- *a\n',
      /alias\.yaml: YAML (?:anchors|aliases) are not taken/,
    ],
    ['is no list', 'object.yaml', 'request: GET /', /object\.yaml \/: expected a list of 1 to 32 requests/],
    [
      'is too long',
      'long.yaml',
      `# ${'x'.repeat(300_000)}`,
      /--requests: cannot read .*long\.yaml: it has 300002 bytes/,
    ],
  ])('is refused when it %s', async (_, name, text, says) => {
    const file = text === null ? join(folder, name) : written(name, text);
    const run = await runCli(['load', 'http://127.0.0.1:1', '--requests', file]);
    expect(run.stderr).toMatch(says);
    expect([run.code, run.stderr.trim().split('\n').length]).toEqual([2, 1]);
  });
});

describe('a load of one request', () => {
  it('sends method, headers and body as they were typed', async () => {
    await using server = await startItemServer();
    const request = ['--data', '{"name":"{{uuid}}"}', '-H', 'X-A: a: b', '-H', 'user-agent: mine'];
    const run = await runCli(['load', `${server.url}/items`, ...request, ...short, '--json']);
    expect(loadResultSchema.parse(JSON.parse(run.stdout)).failed.http_4xx).toBe(0);
    const [first, second] = server.seen;
    expect(first).toMatchObject({
      method: 'POST',
      path: '/items',
      headers: { 'x-a': 'a: b', 'user-agent': 'mine', 'content-type': 'application/json' },
    });
    expect(JSON.parse(first!.body)).toEqual({ name: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4/) });
    expect(second!.body).not.toBe(first!.body);
  });

  it.each([
    ['a form', 'a=1&b=2', undefined],
    ['a list', ' [1]', 'application/json'],
    ['a placeholder', '{{uuid}}', undefined],
    ['JSON with a type of its own', '{}', 'application/merge-patch+json'],
  ])('says of %s only what it is known to be', async (what, data, type) => {
    const header = what.startsWith('JSON') ? ['content-type: application/merge-patch+json'] : [];
    const { workload } = await planOfOptions('http://127.0.0.1:1/', { data, header, method: 'put' });
    const { headers, method, body } = workload[0]!.steps[0]!;
    const types = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'content-type');
    expect(types.map(([, value]) => value)).toEqual(type === undefined ? [] : [type]);
    expect([method, body]).toEqual(['PUT', data]);
  });

  it('fills the placeholders of its address', async () => {
    const { workload } = await planOfOptions('http://127.0.0.1:1/items/{{ seq }}?n={{random:1-9}}', {});
    expect(workload[0]!.steps[0]!.path).toBe('/items/{{seq}}?n={{random:1-9}}');
  });
});
