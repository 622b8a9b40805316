import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_SESSION_BYTES, MAX_SMALL_BYTES, MAX_SPEC_BYTES } from '../../src/api/body.ts';
import { type ClaimedJob, MAX_TRIAL_BYTES } from '../../src/core/runner-protocol.ts';
import { MAX_PROBLEMS } from '../../src/core/spec-problems.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { type runnerOf, startedJob, trialsOf } from './runner-client.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

/** For each MiB that a body may have, of which reading the JSON alone takes some. */
const AT_ONCE_MS_PER_MIB = 400;
/** What a request takes at least, with the machine busy. */
const AT_ONCE_MS = 350;

let api: Api;
let project: Project;
let job: ClaimedJob;
let runner: ReturnType<typeof runnerOf>;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  await jsonOf(await project.send('POST', '/v1/experiments', { json: smallSpec() }), 202);
  ({ job, runner } = await startedJob(project));
});

/** `before`, the entry as often as it fits, `after`. */
function filled(most: number, before: string, entry: string, after: string): string {
  const times = Math.floor((most - before.length - after.length + 1) / (entry.length + 1));
  return `${before}${Array.from({ length: times }, () => entry).join(',')}${after}`;
}

/** The same with a key of its own for each entry. */
function keyed(most: number, before: string, value: string, after: string): string {
  const width = `"${most}":${value},`.length;
  const times = Math.floor((most - before.length - after.length) / width);
  return `${before}${Array.from({ length: times }, (_, i) => `"${i}":${value}`).join(',')}${after}`;
}

/** A document as text, cut before the value of one of its keys, which is the last there. */
function upTo(document: object, ...path: string[]): readonly [string, string] {
  const mark = '<here>';
  const copy = structuredClone(document) as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as never, copy);
  holder[last] = mark;
  const [before = '', after = ''] = JSON.stringify(copy).split(JSON.stringify(mark));
  return [before, after];
}

interface Large {
  readonly what: string;
  readonly most: number;
  /** Parts of the body: what comes before and after the repeated entry. */
  readonly around: () => readonly [string, string];
  readonly text: (most: number, before: string, after: string) => string;
  readonly send: (text: string) => Promise<Response>;
}

const list =
  (entry: string, open = '[', close = ']') =>
  (most: number, before: string, after: string) =>
    filled(most, before + open, entry, close + after);
const record =
  (value: string, open = '{', close = '}') =>
  (most: number, before: string, after: string) =>
    keyed(most, before + open, value, close + after);

const post = (path: string) => (text: string) => project.send('POST', path, { text });
const putTrial = (text: string) => runner.put(job, trialsOf(job)[0]!, { body: text });
const trial = (...path: string[]) => ({
  most: MAX_TRIAL_BYTES,
  around: () => upTo(trialsOf(job)[0]!, ...path),
  send: putTrial,
});
const session = (...path: string[]) => ({
  most: MAX_SESSION_BYTES,
  around: () => upTo({ ...runner.session, host_id: 'host-large' }, ...path),
  send: post('/runner/v1/sessions'),
});
const spec = (...path: string[]) => ({
  most: MAX_SPEC_BYTES,
  around: () => upTo(smallSpec(), ...path),
  send: post('/v1/experiments/validate'),
});
const small = (path: string) => ({ most: MAX_SMALL_BYTES, around: () => ['', ''] as const, send: post(path) });
/** A list that is no longer than it may be, of objects that each hold one that is. */
const nested = (rows: number, key: string, entry: string) => (most: number, before: string, after: string) => {
  const row = filled(Math.floor(most / rows) - 4, `{"${key}":[`, entry, ']}');
  return filled(most, `${before}[`, row, `]${after}`);
};

const LARGE: readonly Large[] = [
  { what: 'a trial of seconds without anything', ...trial('load', 'seconds'), text: list('{}') },
  { what: 'a trial of observed seconds without anything', ...trial('observation', 'seconds'), text: list('{}') },
  {
    what: 'a trial of seconds with processes without anything',
    ...trial('observation', 'seconds'),
    text: nested(6_000, 'processes', '{}'),
  },
  { what: 'a trial of wrong reasons', ...trial('load', 'void_reasons'), text: list('1') },
  { what: 'a trial of wrong percentiles', ...trial('load', 'withheld'), text: list('1') },
  { what: 'a trial of packages without versions', ...trial('versions', 'packages'), text: record('1') },
  { what: 'a trial of unknown keys', ...trial('also'), text: record('{}') },
  { what: 'a trial that is nothing but unknown keys', ...trial(), around: () => ['', ''] as const, text: record('1') },
  { what: 'a trial of wrong CPUs', ...trial('host', 'server_cpus'), text: list('[]') },
  {
    what: 'a trial with an escape, of seconds without anything',
    ...trial('load', 'seconds'),
    text: list('{}', '["\\u0041",'),
  },
  { what: 'a session of targets without anything', ...session('targets'), text: list('{}') },
  { what: 'a session of targets with wrong servers', ...session('targets'), text: nested(256, 'servers', '{}') },
  {
    what: 'a session of features without anything',
    ...session('targets'),
    text: record('{}', '[{"features":{', '}}]'),
  },
  { what: 'a session of wrong labels', ...session('labels'), text: record('1') },
  { what: 'a session of wrong runtimes', ...session('fingerprint', 'runtimes'), text: record('1') },
  { what: 'a spec of deployments without anything', ...spec('deployments'), text: list('{}') },
  { what: 'a spec of wrong levels', ...spec('load'), text: nested(8, 'users', '{}') },
  { what: 'a spec of wrong labels', ...spec('labels'), text: record('1') },
  { what: 'a spec of wrong labels of runners', ...spec('requires'), text: record('1', '{"runner_labels":{', '}}') },
  { what: 'a spec that is nothing but unknown keys', ...spec(), around: () => ['', ''] as const, text: record('1') },
  { what: 'a claim that is nothing but unknown keys', ...small('/runner/v1/claims'), text: record('1') },
  { what: 'a key of wrong scopes', ...small('/v1/keys'), text: list('1', '{"name":"x","scopes":[', ']}') },
];

describe('The largest body', () => {
  it.each(LARGE)('that is $what is refused at once, with the first problems named', async ({ most, ...large }) => {
    const text = large.text(most, ...large.around());
    expect(text.length).toBeLessThanOrEqual(most);
    expect(text.length).toBeGreaterThan(0.8 * most);
    const began = performance.now();
    const answer = await large.send(text);
    const took_ms = performance.now() - began;
    expect(answer.status).toBe(422);
    const { errors = [] } = await problemOf(answer);
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(MAX_PROBLEMS);
    expect(took_ms).toBeLessThan(AT_ONCE_MS + (AT_ONCE_MS_PER_MIB * most) / 1024 / 1024);
  });
});
