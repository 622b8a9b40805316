import type { Context } from 'hono';
import type { AppError } from '../../core/errors.ts';
import { markup } from '../../report/markup.ts';
import type { AppEnv } from '../deps.ts';
import { ERROR_CATALOGUE } from '../error-catalogue.ts';
import { problemParts } from '../problem.ts';
import { answerPage } from './frame.ts';
import { problemList } from './problem-list.ts';
import { wantsPage } from './wants-page.ts';

/** Whether what went wrong is to be told on a page. */
export function isOfConsole(c: Context<AppEnv>): boolean {
  const { path } = c.req;
  return path.startsWith('/console/') || (path === '/' && wantsPage(c.req.header('Accept')));
}

/** An expected error as a page, with the status and the headers that its problem has. */
export async function errorPage(c: Context<AppEnv>, error: AppError): Promise<Response> {
  // A form may be refused for where it came from, whatever the key may do.
  const title = error.code === 'forbidden' ? 'This is not allowed' : ERROR_CATALOGUE[error.code].title;
  const request_id = c.get('request_id');
  const { status, headers } = problemParts(error, { path: c.req.path, request_id });
  const problems = error.problems.map((problem) => ({ ...problem, line: null }));
  const body = markup`<header><p class="eyebrow">${status}</p><h1>${title}</h1></header>
${problems.length > 0 ? problemList(problems) : markup`<p class="say bad" role="alert">${error.message}</p>`}
<p><a href="/">Experiments</a></p>
<p class="muted">Code <code>${error.code}</code>, request <code>${request_id}</code></p>`;
  const page = await answerPage(c, { title, body, status });
  for (const name of ['Retry-After', 'Allow', 'Connection'])
    if (headers[name] !== undefined) page.headers.set(name, headers[name]);
  return page;
}
