import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_DEPTH, MAX_SPEC_BYTES } from '../../src/api/body.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { type Api, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
});

async function refusal(text: string | Uint8Array, type = 'application/json', headers: Record<string, string> = {}) {
  const response = await project.send('POST', '/v1/experiments/validate', { text, type, headers });
  const { code, detail } = await problemOf(response);
  return { status: response.status, code, detail };
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a body', () => {
  it.each([
    ['is cut off', '{"name": "x"', 'not readable as JSON'],
    ['is empty', '', 'not readable as JSON'],
    ['has a key twice', '{"name": "a", "workers": [1], "name": "b"}', 'duplicate key `name`'],
    ['has a key twice, once escaped', '{"name": "a", "n\\u0061me": "b"}', 'duplicate key `name`'],
    ['has a key twice deep inside', '{"load": [{"a": {"b": 1, "b": 2}}]}', 'duplicate key `b`'],
    ['has a NUL character', '{"name": "a\\u0000b"}', 'NUL character in /name'],
    ['has a NUL character in a key', '{"labels": {"a\\u0000": "b"}}', 'NUL character in /labels'],
    ['has half a surrogate pair', '{"name": "\\ud800"}', 'half a surrogate pair in /name'],
    ['is nested too deep', nested(MAX_DEPTH + 1), 'nested deeper than 32 levels'],
    ['is nested 10,000 levels deep', nested(10_000), 'nested deeper than 32 levels'],
  ])('in JSON that %s is refused with 400', async (_, text, detail) => {
    const refused = await refusal(text);
    expect(refused).toMatchObject({ status: 400, code: 'malformed-body' });
    expect(refused.detail).toContain(detail);
  });

  it.each([
    ['is two documents', 'a: 1\n---\nb: 2\n', 'expected one YAML document, got another'],
    ['is none', '# nothing\n', 'expected one YAML document, got none'],
    ['has an alias', 'a: &x 1\nb: *x\n', 'anchors are not taken (line 1, column'],
    ['has a tag', 'a: !!str 1\n', 'tags are not taken (line 1, column'],
    ['has a key twice', 'a: 1\nb: {c: 1, c: 2}\n', 'duplicate key `c`'],
    ['has a NUL character', 'a: "x\\0"\n', 'NUL character in /a'],
    ['has a list as a key', '? [a]\n: b\n', 'not readable as YAML'],
    ['is nested too deep in brackets', nested(10_000), 'nested deeper than 32 levels'],
    ['is nested too deep in dashes', `${'- '.repeat(50_000)}x`, 'nested deeper than 32 levels'],
    ['is no YAML', 'a: "x\n', 'not readable as YAML'],
  ])('in YAML that %s is refused with 400', async (_, text, detail) => {
    const refused = await refusal(text, 'application/yaml');
    expect(refused).toMatchObject({ status: 400, code: 'malformed-body' });
    expect(refused.detail).toContain(detail);
  });

  it('of 32 levels is read, in JSON and in YAML', async () => {
    for (const type of ['application/json', 'application/yaml']) {
      expect(await refusal(nested(MAX_DEPTH), type)).toMatchObject({ status: 422, code: 'invalid-spec' });
    }
  });

  it('of 20,000 unknown keys is refused before long, with the first hundred named', async () => {
    const json = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, 1]));
    const response = await project.send('POST', '/v1/experiments/validate', { json });
    const problem = await problemOf(response);
    expect(problem.code).toBe('invalid-spec');
    expect(problem.detail).toContain('the spec has at least 100 problems');
    expect(problem.errors).toHaveLength(100);
  });

  it('that is not UTF-8 is refused with 400', async () => {
    expect(await refusal(new Uint8Array([0x7b, 0xff, 0x7d]))).toMatchObject({ code: 'malformed-body' });
  });

  it('of 256 KiB is read, of one byte more refused with 413, announced or not', async () => {
    const json = JSON.stringify(smallSpec());
    const fits = json + ' '.repeat(MAX_SPEC_BYTES - json.length);
    const sent = await project.send('POST', '/v1/experiments/validate', { text: fits });
    expect(sent.status).toBe(200);
    expect(await refusal(`${fits} `)).toMatchObject({ status: 413, code: 'body-too-large' });
    expect(await refusal('{}', 'application/json', { 'Content-Length': '300000' })).toMatchObject({ status: 413 });
  });

  it.each([
    ['without a type', '', {}],
    ['of a form', 'application/x-www-form-urlencoded', {}],
    ['in another charset', 'application/json; charset=latin1', {}],
    ['compressed', 'application/json', { 'Content-Encoding': 'gzip' }],
  ])('%s is refused with 415', async (_, type, headers) => {
    const text = new TextEncoder().encode('{}');
    expect(await refusal(text, type, headers)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it('in YAML is refused where only JSON is read', async () => {
    const response = await project.send('POST', '/v1/keys', { text: 'name: x', type: 'application/yaml' });
    expect(response.status).toBe(415);
  });

  it('with keys like __proto__ harms nothing', async () => {
    const text = '{"__proto__": {"polluted": 1}, "constructor": 1}';
    for (const type of ['application/json', 'application/yaml']) {
      expect(await refusal(text, type)).toMatchObject({ status: 422, code: 'invalid-spec' });
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
