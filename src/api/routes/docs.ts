import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import { AppError, ERROR_CODES, type ErrorCode } from '../../core/errors.ts';
import type { ApiConfig, AppEnv, Deps } from '../deps.ts';
import type { App } from '../endpoint.ts';
import { ERROR_CATALOGUE } from '../error-catalogue.ts';
import { pageHeaders } from '../page-headers.ts';
import { countStranger } from '../rate-limit.ts';

const STYLE = `
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #8884;padding:.3rem .6rem;text-align:left;vertical-align:top}
code{font:0.9em ui-monospace,monospace;overflow-wrap:anywhere}`;

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: Record<string, string[]>[];
  readonly responses?: Record<string, { description: string }>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The OpenAPI 3.1 document, generated from the schemas that validate. */
export function openApiDocument(app: App, config: ApiConfig) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Benchwright',
      version: config.version,
      description: 'Benchmark-as-a-service for web frameworks. Errors are RFC 9457 problems; codes under /docs/errors.',
      license: { name: 'MIT' },
    },
    security: [],
  });
}

async function page(title: string, body: ReturnType<typeof html>): Promise<string> {
  const document = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;
  return document.toString();
}

function operations(document: ReturnType<typeof openApiDocument>): { path: string; method: string; of: Operation }[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const of = (item as Record<string, Operation | undefined>)[method];
      return of ? [{ path, method, of }] : [];
    }),
  );
}

function reference(document: ReturnType<typeof openApiDocument>): Promise<string> {
  const rows = operations(document).map(
    ({ path, method, of }) =>
      html`<tr>
        <td><code>${method.toUpperCase()} ${path}</code></td>
        <td>${of.summary ?? ''}</td>
        <td>${of.security?.flatMap((s) => Object.values(s).flat()).join(', ') ?? 'none'}</td>
        <td>
          ${Object.entries(of.responses ?? {}).map(([status, { description }]) => html`<code>${status}</code> ${description}<br />`)}
        </td>
      </tr>`,
  );
  const errors = ERROR_CODES.map(
    (code) =>
      html`<tr>
        <td>
          <a href="/docs/errors/${code}"><code>${code}</code></a>
        </td>
        <td>${ERROR_CATALOGUE[code].status}</td>
        <td>${ERROR_CATALOGUE[code].title}</td>
      </tr>`,
  );
  return page(
    'Benchwright API',
    html`<h1>Benchwright API</h1>
      <p>The whole contract, with every schema: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
      <h2>Endpoints</h2>
      <table>
        <thead>
          <tr>
            <th>Endpoint</th>
            <th>What it does</th>
            <th>Scope</th>
            <th>Answers</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
      <h2>Errors</h2>
      <table>
        <thead>
          <tr>
            <th>Code</th>
            <th>Status</th>
            <th>Meaning</th>
          </tr>
        </thead>
        <tbody>
          ${errors}
        </tbody>
      </table>`,
  );
}

function errorPage(code: ErrorCode): Promise<string> {
  const { status, title, explains } = ERROR_CATALOGUE[code];
  return page(
    `${code} · Benchwright API`,
    html`<h1>${title}</h1>
      <p><code>${code}</code>, HTTP status ${status}</p>
      <p>${explains}</p>
      <p><a href="/docs">All endpoints and errors</a></p>`,
  );
}

interface Page {
  readonly text: string;
  readonly headers: Record<string, string>;
}

async function asHtml(making: Promise<string>): Promise<Page> {
  const text = await making;
  return { text, headers: await pageHeaders(text) };
}

/** `/openapi.json`, `/docs` and `/docs/errors/{code}`: readable offline, made from what validates, once. */
export function docsRoutes(app: App, deps: Deps): void {
  let document: ReturnType<typeof openApiDocument> | undefined;
  const described = () => (document ??= openApiDocument(app, deps.config));
  // Pages, not promises of them: on Workers those would end with the request that began them.
  const pages = new Map<string, Page>();
  const send = async (c: Context<AppEnv>, name: string, make: () => Promise<Page> | Page) => {
    const made = pages.get(name) ?? (await make());
    pages.set(name, made);
    return c.body(made.text, 200, made.headers);
  };
  const json = () => ({ text: JSON.stringify(described()), headers: { 'Content-Type': 'application/json' } });
  app.get('/openapi.json', async (c) => {
    await countStranger(deps, c);
    return send(c, 'openapi.json', json);
  });
  app.get('/docs', async (c) => {
    await countStranger(deps, c);
    return send(c, 'docs', () => asHtml(reference(described())));
  });
  app.get('/docs/errors/:code', async (c) => {
    await countStranger(deps, c);
    const code = ERROR_CODES.find((known) => known === c.req.param('code'));
    if (code === undefined) throw new AppError('not-found', 'no error has this code');
    return send(c, code, () => asHtml(errorPage(code)));
  });
}
