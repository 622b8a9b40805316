import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../src/api/error-catalogue.ts';
import { ERROR_CODES } from '../../src/core/errors.ts';
import { MAX_BRANCH_PATTERNS } from '../../src/core/git-ref.ts';
import { MAX_KEYS } from '../../src/api/routes/keys.ts';
import { MAX_HOOKS } from '../../src/db/hooks.ts';
import { MAX_RUNNERS } from '../../src/db/sessions.ts';
import { MAX_WEBHOOKS } from '../../src/db/webhooks.ts';
import { type Api, jsonOf, startApi } from './service.ts';

interface Operation {
  readonly requestBody?: { content: Record<string, { schema: { $ref?: string; properties?: object } }> };
  readonly security?: Record<string, string[]>[];
}

interface OpenApi {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, unknown>; additionalProperties?: unknown }> };
}

let api: Api;
let document: OpenApi;
beforeAll(async () => {
  api = await startApi();
  document = await jsonOf<OpenApi>(await api.send('GET', '/openapi.json'));
});

function operations(): string[] {
  return Object.entries(document.paths)
    .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
}

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and has every route of the app but the pages', () => {
    expect(document.openapi).toBe('3.1.0');
    const pages = ['/', '/openapi.json', '/docs', '/docs/errors/:code'];
    const isPage = (path: string) => pages.includes(path) || path.startsWith('/console');
    const served = api.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !isPage(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(operations()).toEqual([...new Set(served)].sort());
  });

  it('describes the spec with the schema that validates it', () => {
    const body = document.paths['/v1/experiments']?.['post']?.requestBody?.content ?? {};
    expect(Object.keys(body)).toEqual(['application/json', 'application/yaml']);
    expect(body['application/json']?.schema.$ref).toBe('#/components/schemas/Spec');
    const spec = document.components.schemas['Spec'];
    expect(Object.keys(spec?.properties ?? {})).toContain('queue_timeout_minutes');
    expect(spec?.additionalProperties).toBe(false);
  });

  it('has no reference that leads nowhere', () => {
    const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1] ?? '');
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
  });
});

describe('/docs', () => {
  it('lists every route and every error, and fetches nothing from elsewhere', async () => {
    const response = await api.send('GET', '/docs');
    expect(response.headers.get('Content-Security-Policy')).toMatch(/style-src-elem 'sha256-[A-Za-z0-9+/]{43}='/);
    const text = await response.text();
    for (const operation of operations()) expect(text).toContain(operation);
    for (const code of ERROR_CODES) expect(text).toContain(`/docs/errors/${code}`);
    expect(text).not.toMatch(/https?:\/\//);
  });
});

describe('docs/api.md', () => {
  it('lists exactly the routes of the OpenAPI document, with the scope that each asks for', async () => {
    const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const rows = text.matchAll(/^\| `(GET|POST|PUT|PATCH|DELETE) (\/\S*)` \|.*\| (\w+) \|$/gm);
    const scopeOf = ({ security }: Operation) => (security ? (security[0]?.['key']?.[0] ?? 'any') : 'none');
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => `${method.toUpperCase()} ${path} ${scopeOf(operation)}`),
    );
    expect([...rows].map((m) => `${m[1]} ${m[2]} ${m[3]}`).sort()).toEqual(documented.sort());
    expect(documented).toHaveLength(operations().length);
  });

  it('lists exactly the error codes, with their status', async () => {
    const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \| (\d{3}) \|/gm)].map((m) => `${m[1]} ${m[2]}`);
    expect(listed.sort()).toEqual(ERROR_CODES.map((code) => `${code} ${ERROR_CATALOGUE[code].status}`).sort());
  });
});

describe('the tables of fields in docs/api.md', () => {
  const tableOf = async (title: string): Promise<string> => {
    const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
    const [, rows = ''] = new RegExp(`^\\| ${title} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(text) ?? [];
    return rows;
  };
  const namesIn = (rows: string): string[] =>
    [...rows.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map((m) => m[1] ?? ''),
    );
  const propertiesOf = (schema: { readonly properties?: object } | undefined): string[] =>
    Object.keys(schema?.properties ?? {}).sort();
  const bodyOf = (method: string, path: string): string[] =>
    propertiesOf(document.paths[path]?.[method]?.requestBody?.content['application/json']?.schema);

  it('have a row for each field of a check and of an origin', async () => {
    const { ThresholdCheck: check, ExperimentSummary: summary } = document.components.schemas;
    expect(namesIn(await tableOf('field of a check')).sort()).toEqual(propertiesOf(check));
    expect(namesIn(await tableOf('field of an origin')).sort()).toEqual(
      propertiesOf(summary?.properties?.['origin'] as { properties?: object }),
    );
  });

  it('have a row for each field of a hook, and say which are not changed', async () => {
    const rows = await tableOf('field of a hook');
    expect(namesIn(rows).sort()).toEqual(bodyOf('post', '/v1/hooks'));
    const changed = namesIn(rows.replaceAll(/^.*¹.*\n/gm, ''));
    expect([...changed, 'disabled'].sort()).toEqual(bodyOf('patch', '/v1/hooks/{id}'));
    expect(rows).toContain(`at most ${MAX_BRANCH_PATTERNS} patterns`);
  });
});

it('docs/api.md names as many runners, keys, webhooks and hooks as a project may have', async () => {
  const text = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
  expect(text).toContain(`A project has at most ${MAX_RUNNERS.toLocaleString('en')} runners`);
  expect(text).toContain(`A project has at most ${MAX_KEYS.toLocaleString('en')} keys`);
  expect(text).toContain(`A project has at most ${MAX_WEBHOOKS} webhooks and ${MAX_HOOKS} hooks`);
});
