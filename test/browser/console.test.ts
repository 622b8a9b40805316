import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { githubPullRequest } from '../fixtures/github-events.ts';
import { cameOf, fromGithub, newHook } from '../api/hook-senders.ts';
import { ranOne, submitOne } from '../api/series-runs.ts';
import { type Api, jsonOf } from '../api/service.ts';
import { installedChromium, launch } from './chromium.ts';
import { startWorld } from './console-world.ts';

const executable = await installedChromium();
const PHONE = { width: 390, height: 844 };
const SPEC = `name: From the console
deployments:
  - { id: fastapi, target: fastapi, server: uvicorn }
load:
  - { model: closed, connections: [16] }
`;
const TEMPLATE = {
  name: 'A pull request of a fork',
  deployments: [{ id: 'a', target: 'fastapi', server: 'uvicorn' }],
  load: [{ model: 'closed', connections: [1] }],
};

describe.skipIf(executable === null)('the console in a browser', () => {
  let browser: Browser;
  let world: Awaited<ReturnType<typeof startWorld>>;
  let hook: string;
  beforeAll(async () => {
    browser = await launch(executable!);
    world = await startWorld();
    for (let n = 0; n < 9; n += 1)
      await ranOne(world.project, { series: 'api', labels: { branch: 'main' } }, { median_ms: n < 4 ? 4 : 6 });
    const made = await newHook(world.project, { template: TEMPLATE });
    hook = made.id;
    const api = { send: world.project.send } as unknown as Api;
    const came = await cameOf(await fromGithub(api, made, 'pull_request', githubPullRequest({ fork: true })));
    expect(came.outcome).toBe('waiting-approval');
  });
  afterAll(async () => {
    await browser.close();
    await world.close();
  });

  const statusOf = async (id: string) =>
    (await jsonOf<{ status: string }>(await world.project.send('GET', `/v1/experiments/${id}`))).status;

  /** A browser of its own, and all that its pages complain of: not that an answer was a 4xx, which they are told of, too. */
  async function visit(options: Parameters<Browser['newContext']>[0] = {}) {
    const context = await browser.newContext({ viewport: PHONE, ...options });
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (message) => {
      if (!message.text().startsWith('Failed to load resource: the server responded with a status of 4'))
        said.push(message.text());
    });
    page.on('pageerror', (error) => said.push(String(error)));
    await page.goto(world.url);
    return { context, page, said };
  }

  async function signIn(page: Page): Promise<void> {
    await page.fill('#key', world.key);
    await page.click('button:text("Sign in")');
    await page.waitForSelector('h1:text("Experiments")');
  }

  const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  const cookies = (context: BrowserContext) => context.cookies(world.url);

  it('signs in and out, and its cookie is out of reach of scripts', async () => {
    const { context, page, said } = await visit();
    await page.fill('#key', 'bw_user_wrong');
    await page.click('button:text("Sign in")');
    await page.waitForSelector('[role=alert]:has-text("checksum does not fit")');
    await signIn(page);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(await cookies(context)).toMatchObject([{ name: 'benchwright', httpOnly: true, sameSite: 'Strict' }]);
    await page.click('button:text("Sign out")');
    await page.waitForSelector('h1:text("Sign in")');
    expect(await cookies(context)).toEqual([]);
    expect(said).toEqual([]);
    await context.close();
  });

  it('shows every page at 390 px without scrolling sideways, and complains of nothing', async () => {
    const { context, page, said } = await visit();
    await signIn(page);
    const paths = [
      '/',
      '/console/series',
      '/console/series/api',
      '/console/runners',
      '/console/hooks',
      `/console/hooks/${hook}`,
      '/console/webhooks',
      '/console/submit',
      '/console/nothing',
    ];
    const [newest] = await page.locator('#experiments tbody a').all();
    paths.push((await newest?.getAttribute('href')) ?? '');
    for (const path of paths) {
      await page.goto(world.url + path);
      expect(await sideways(page), path).toBe(0);
      const unnamed = await page.evaluate(
        () =>
          [...document.querySelectorAll('input:not([type=hidden]):not([hidden]),select,textarea')].filter(
            (e) => document.querySelector(`label[for="${e.id}"]`) === null,
          ).length,
      );
      expect(unnamed, path).toBe(0);
    }
    expect(said).toEqual([]);
    await context.close();
  });

  it('draws the history of a series, with its change of level', async () => {
    const { context, page, said } = await visit({ viewport: { width: 1280, height: 900 } });
    await signIn(page);
    await page.goto(`${world.url}/console/series/api`);
    expect(await page.locator('#history svg circle').count()).toBeGreaterThanOrEqual(9);
    expect(await page.textContent('#history figcaption')).toContain('The level changed: −');
    await page.selectOption('#metric', 'latency_p50_ms');
    await page.click('button:text("Show")');
    await page.waitForSelector('.panel-title:has-text("Median, ms")');
    expect(await page.textContent('#history figcaption')).toContain('The level changed: +');
    expect(said).toEqual([]);
    await context.close();
  });

  for (const javaScriptEnabled of [true, false])
    it(`submits a spec that was mended, follows and cancels it, ${javaScriptEnabled ? 'with' : 'and all that without'} script`, async () => {
      const { context, page, said } = await visit({ javaScriptEnabled });
      await signIn(page);
      await page.click('nav a:text("Submit")');
      await page.fill('#spec', SPEC.replace('connections: [16]', 'connections: [0]'));
      await page.click('button:text("Check")');
      await page.waitForSelector('[role=alert] li:has-text("line 5, /load/0/connections/0")');
      await page.fill('#spec', SPEC);
      await page.click('button:text("Check")');
      await page.waitForSelector('#cells th:has-text("fastapi.w1.c16")');
      if (javaScriptEnabled) expect(await sideways(page)).toBe(0);
      await page.click('button:text-is("Submit")');
      await page.waitForSelector('.pill.queued');
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
      expect(await statusOf(id)).toBe('queued');
      await page.click('summary:text("Cancel")');
      await page.click('#cancel button');
      await page.waitForSelector('.pill.canceled');
      expect(await statusOf(id)).toBe('canceled');
      expect(said).toEqual([]);
      await context.close();
    });

  it('follows what waits and runs by itself', async () => {
    const id = await submitOne(world.project);
    const { context, page, said } = await visit();
    await signIn(page);
    await page.goto(`${world.url}/console/experiments/${id}`);
    await page.waitForSelector('.pill.queued');
    await world.project.send('POST', `/v1/experiments/${id}/cancel`);
    await page.waitForSelector('.pill.canceled', { timeout: 20_000 });
    expect(said).toEqual([]);
    await context.close();
  });

  it('approves the commit of a fork', async () => {
    const { context, page, said } = await visit();
    await signIn(page);
    await page.goto(`${world.url}/console/hooks/${hook}`);
    await page.click('button:text("Approve")');
    await page.waitForSelector('.pill.started');
    await page.click('#deliveries a:text("experiment")');
    await page.waitForSelector('h1:text("A pull request of a fork")');
    expect(said).toEqual([]);
    await context.close();
  });

  it('does nothing that a page of another site sends, whatever it knows', async () => {
    const id = await submitOne(world.project);
    const { context, page } = await visit();
    await signIn(page);
    const token = await page.getAttribute('header input[name=form_token]', 'value');
    const form = `<form method="post" action="${world.url}/console/experiments/${id}/cancel"><input name="form_token" value="${token}"><button>Win</button></form>`;
    const evil = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(form));
    await new Promise<void>((resolve) => evil.listen(0, 'localhost', resolve));
    await page.goto(`http://localhost:${(evil.address() as AddressInfo).port}/`);
    await page.click('button');
    await page.waitForURL(`${world.url}/**`);
    // The cookie stayed at home, and the browser said where the form came from.
    expect(await page.textContent('h1')).toBe('This is not allowed');
    expect(await statusOf(id)).toBe('queued');
    await context.close();
    evil.closeAllConnections();
    await new Promise((resolve) => evil.close(resolve));
  });
});
