import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import { ATTACKS, HOSTILE_PROGRESS, HOSTILE_SESSION, hostileSpec, hostileTrials } from '../fixtures/hostile.ts';
import { unbalanced } from '../report/balance.ts';
import { runnerOf } from './runner-client.ts';
import { type Api, jsonOf, type Project, startApi } from './service.ts';

/** Text that specs, hosts, targets and servers made, on its way through the whole app. */
let api: Api;
let project: Project;
let path: string;
let link: string;
let running: string;
let ended: string;

beforeAll(async () => {
  api = await startApi();
  project = await api.project();
  const runner = runnerOf(project);
  const session = await project.send('POST', '/runner/v1/sessions', { json: HOSTILE_SESSION });
  const { session_id } = await jsonOf<{ session_id: string }>(session);
  const sent = await project.send('POST', '/v1/experiments', { json: hostileSpec() });
  path = `/v1/experiments/${(await jsonOf<{ id: string }>(sent, 202)).id}`;
  link = new URL((await jsonOf<{ url: string }>(await project.send('POST', `${path}/share`))).url).pathname;
  const job = await jsonOf<ClaimedJob>(await runner.claim(session_id));
  await jsonOf(await runner.start(job));
  await jsonOf(await runner.heartbeat(job, HOSTILE_PROGRESS));
  const [first, ...rest] = hostileTrials(job);
  await jsonOf(await runner.put(job, first!), 201);
  running = await (await api.send('GET', link)).text();
  for (const trial of rest) await jsonOf(await runner.put(job, trial), 201);
  await jsonOf(await runner.finish(job));
  ended = await (await api.send('GET', link)).text();
});

/** Elements of the page with their attributes; what stands in style and script is not markup. */
function elementsOf(html: string): { name: string; attributes: Map<string, string> }[] {
  const bare = html.replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, '<$1></$1>');
  return [...bare.matchAll(/<([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"]|"[^"]*")*)>/g)].map(([, name = '', rest = '']) => ({
    name: name.toLowerCase(),
    attributes: new Map(
      [...rest.matchAll(/([a-zA-Z][a-zA-Z0-9:-]*)(?:="([^"]*)")?/g)].map((m) => [m[1]!.toLowerCase(), m[2] ?? '']),
    ),
  }));
}

describe('a page of hostile text', () => {
  it.each([
    ['while it runs', () => running, 1],
    ['at the end', () => ended, 0],
  ])('%s has no element and no attribute but its own', (_when, html, scripts) => {
    const elements = elementsOf(html());
    expect(unbalanced(html())).toEqual([]);
    expect(elements.filter(({ name }) => name === 'script')).toHaveLength(scripts);
    expect(elements.filter(({ name }) => name === 'style')).toHaveLength(1);
    const foreign = elements.filter(({ name }) => ['img', 'iframe', 'object', 'embed', 'form', 'base'].includes(name));
    expect(foreign).toEqual([]);
    const acting = elements.flatMap(({ name, attributes }) =>
      [...attributes.keys()].filter((key) => /^on|^srcdoc$|^formaction$/.test(key)).map((key) => `${name} ${key}`),
    );
    expect(acting).toEqual([]);
    const addresses = elements.flatMap(({ attributes }) => attributes.get('href') ?? []);
    expect(addresses.filter((href) => !/^(#|https?:\/\/|data:,$)/.test(href))).toEqual([]);
  });

  it('shows all of it as text', () => {
    const escaped = (text: string) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
    for (const attack of ATTACKS) expect(ended, attack).toContain(escaped(attack));
    expect(ended).toContain('Constructor');
    expect(ended).not.toContain('[native code]');
  });

  it('has charts with the names of targets as text', () => {
    const svg = [...ended.matchAll(/<svg [\s\S]*?<\/svg>/g)].map((match) => match[0]).join('');
    expect(svg).toContain('&lt;/style&gt;');
    expect(svg).not.toMatch(/<script|<style|onload|<foreignObject/);
  });
});

describe('elsewhere', () => {
  it('the badge is one well-formed picture whose title has the name', async () => {
    const svg = await (await api.send('GET', `${link}/badge.svg`)).text();
    expect(unbalanced(svg)).toEqual([]);
    const elements = elementsOf(svg);
    expect(new Set(elements.map(({ name }) => name))).toEqual(new Set(['svg', 'title', 'rect', 'path', 'g', 'text']));
    expect(elements.flatMap(({ attributes }) => [...attributes.keys()]).filter((key) => key.startsWith('on'))).toEqual(
      [],
    );
    expect(svg).toContain('&lt;script&gt;window.hacked=1');
  });

  it('the live status is JSON that no browser takes for a page', async () => {
    const response = await api.send('GET', `${link}/status`);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it('the CSV leads what a spreadsheet would run with an apostrophe, and nothing is lost', async () => {
    const csv = await (await project.send('GET', `${path}/results.csv?view=trials`)).text();
    const rows: Record<string, string>[] = parse(csv, { columns: true, record_delimiter: '\r\n' });
    const says = rows.flatMap((row) => (row['says'] === '' ? [] : [row['says']]));
    expect(says).toHaveLength(1);
    expect(says[0]).toMatch(/^'=HYPERLINK\("http/);
    const requests = await (await project.send('GET', `${path}/results.csv?view=requests`)).text();
    const named: Record<string, string>[] = parse(requests, { columns: true, record_delimiter: '\r\n' });
    expect(new Set(named.map((row) => row['request']))).toEqual(new Set([ATTACKS[0]]));
  });
});
