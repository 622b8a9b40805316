import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deps } from '../../src/api/deps.ts';
import { serveNode, type Service } from '../../src/api/node.ts';
import type { ClaimedJob } from '../../src/core/runner-protocol.ts';
import type { TrialResult } from '../../src/core/trial-result.ts';
import { renderPage } from '../../src/report/page.ts';
import { reprDigest } from '../api/runner-client.ts';
import { HOSTILE_PROGRESS, HOSTILE_SESSION, hostileSpec, hostileTrials } from '../fixtures/hostile.ts';
import { installedChromium, launch } from './chromium.ts';

const executable = await installedChromium();
const silent = { info() {}, warn() {}, error() {} };

describe.skipIf(executable === null)('a real service in a browser', () => {
  let browser: Browser;
  const open: { service: Service; dataDir: string }[] = [];
  beforeAll(async () => {
    browser = await launch(executable!);
  });
  afterAll(async () => {
    await browser.close();
    for (const { service, dataDir } of open) {
      await service.close();
      await rm(dataDir, { recursive: true });
    }
  });

  /** A service with one shared experiment that a runner has started. */
  async function started(renderReport?: Deps['renderReport']) {
    const dataDir = await mkdtemp(join(tmpdir(), 'benchwright-page-'));
    const service = await serveNode({
      port: 0,
      host: '127.0.0.1',
      dataDir,
      version: '0.1.0',
      log: silent,
      renderReport,
    });
    open.push({ service, dataDir });
    const call = async <T>(method: string, path: string, json: unknown, headers: Record<string, string> = {}) => {
      const body = JSON.stringify(json);
      const response = await fetch(service.url + path, {
        method,
        headers: { Authorization: `Bearer ${service.firstKey}`, 'Content-Type': 'application/json', ...headers },
        body,
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    };
    const { session_id } = await call<{ session_id: string }>('POST', '/runner/v1/sessions', HOSTILE_SESSION);
    const { id } = await call<{ id: string }>('POST', '/v1/experiments', hostileSpec());
    const share = await call<{ url: string; badge_url: string }>('POST', `/v1/experiments/${id}/share`, {});
    const claim = { session_id, claim_key: 'claim-0001', wait_s: 0 };
    const job = await call<ClaimedJob>('POST', '/runner/v1/claims', claim);
    const lease = { 'Benchwright-Lease': job.lease_id };
    const at = `/runner/v1/jobs/${job.job_id}`;
    await call('POST', `${at}/start`, {}, lease);
    return {
      share,
      trials: hostileTrials(job),
      beat: () => call('POST', `${at}/heartbeat`, { progress: HOSTILE_PROGRESS }, lease),
      put: (trial: TrialResult) =>
        call('PUT', `${at}/trials/${trial.cell}/${trial.block}/${trial.run}`, trial, {
          ...lease,
          'Repr-Digest': reprDigest(JSON.stringify(trial)),
        }),
      finish: () => call('POST', `${at}/finish`, { outcome: 'succeeded', reason: null, blocks: 2 }, lease),
    };
  }

  /** The page, all that it says in the console, and every address it asks for. */
  async function visit(url: string): Promise<{ page: Page; said: string[]; asked: string[] }> {
    const page = await browser.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => {
      said.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => asked.push(new URL(request.url()).origin));
    await page.goto(url);
    return { page, said, asked };
  }

  const hacked = (page: Page) => page.evaluate(() => (globalThis as { hacked?: number }).hacked ?? null);
  const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000, interval: 50 });

  it('runs nothing of what a spec, a host, a target or a server wrote, while the page follows the experiment to its end', async () => {
    const { share, trials, beat, put, finish } = await started();
    const { page, said, asked } = await visit(share.url);
    await beat();
    // The live part works under the page's own policy, and shows what came as text.
    await eventually(() => page.textContent('#live-now')).toContain('</style></title><script>window.hacked=1</script>');
    for (const trial of trials) await put(trial);
    await eventually(() => page.textContent('#live-trials')).toBe('4 of 4 trials');
    await eventually(() => page.locator('#table-a1 tbody tr').count()).toBe(4);
    await finish();
    await eventually(() => page.locator('#live').count()).toBe(0);
    expect(await page.textContent('.status')).toBe('succeeded');
    // Whatever waits for the mouse or the keyboard.
    await page.mouse.move(300, 300);
    await page.keyboard.press('Tab');
    for (const details of await page.locator('details').all())
      await details.evaluate((d) => d.setAttribute('open', ''));
    expect(await hacked(page)).toBeNull();
    expect(said).toEqual([]);
    expect(new Set(asked)).toEqual(new Set([new URL(share.url).origin]));
    expect(await page.locator('main script, img, iframe, object, form').count()).toBe(0);
    await page.close();
  });

  it('shows the badge as a picture that runs nothing', async () => {
    const { share } = await started();
    const { page, said } = await visit(share.badge_url);
    expect(await page.locator('text').allTextContents()).toEqual(['benchwright', 'running · 0 of 4 trials']);
    expect(await hacked(page)).toBeNull();
    expect(said).toEqual([]);
    await page.close();
  });

  it('would not run it even if a fault of the renderer put it into the page', async () => {
    const injected = '<script>window.hacked=1</script><img src="x" onerror="window.hacked=1"><main';
    const { share } = await started((results, options) => renderPage(results, options).replace('<main', injected));
    const { page, said } = await visit(share.url);
    await eventually(() => page.textContent('#live-trials')).toBe('0 of 4 trials');
    expect(await page.locator('img').count()).toBe(1);
    expect(await hacked(page)).toBeNull();
    expect(said.join('\n')).toContain('Content Security Policy');
    await page.close();
  });
});
