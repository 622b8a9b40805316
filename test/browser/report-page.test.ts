import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageHeaders } from '../../src/api/page-headers.ts';
import { liveScript } from '../../src/report/page/live.ts';
import { renderPage } from '../../src/report/page.ts';
import { makeResults } from '../fixtures/results.ts';
import { installedChromium, launch } from './chromium.ts';

const executable = await installedChromium();
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
] as const;

/** A service in small: the page, and the status that it polls. `done` is what a test moves. */
function startService(): Promise<{
  url: string;
  state: { done: number; pages: number; unchanged: number };
  server: Server;
}> {
  const state = { done: 20, pages: 0, unchanged: 0 };
  const planned = 108;
  const server = createServer((request, response) => {
    void (async () => {
      const status = state.done === planned ? 'succeeded' : 'running';
      if (request.url === '/status') {
        const etag = `W/"${state.done}"`;
        if (request.headers['if-none-match'] === etag) {
          state.unchanged += 1;
          return response.writeHead(304, { ETag: etag }).end();
        }
        const progress = { cell: 'fastapi.w1.u10', block: 1, phase: 'window', rps: 6.6, errors: 0, eta_s: 754 };
        const body = {
          status,
          trials_done: state.done,
          trials_planned: planned,
          progress: status === 'running' ? progress : null,
        };
        return response.writeHead(200, { 'Content-Type': 'application/json', ETag: etag }).end(JSON.stringify(body));
      }
      state.pages += 1;
      const live = state.done === planned ? null : { status_url: '/status' };
      const html = renderPage(makeResults({ done: state.done }), { live, generated_at: '2026-07-14T09:00:00Z' });
      return response.writeHead(200, await pageHeaders(html, live === null ? '' : liveScript().toString())).end(html);
    })();
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, state, server }),
    ),
  );
}

/** The luminance contrast of WCAG 2.2 between the text and the ground of an element, as computed by the browser. */
function contrastsOf(page: Page, selectors: readonly string[]): Promise<{ selector: string; contrast: number }[]> {
  return page.evaluate((all) => {
    const channel = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const luminance = (colour: string): number => {
      const canvas = document.createElement('canvas').getContext('2d')!;
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => channel(v / 255));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const groundOf = (element: Element | null): string => {
      for (let e = element; e !== null; e = e.parentElement) {
        const colour = getComputedStyle(e).backgroundColor;
        if (colour !== 'rgba(0, 0, 0, 0)' && !colour.includes('/')) return colour;
      }
      return 'white';
    };
    return all.map((selector) => {
      const element = document.querySelector(selector)!;
      const style = getComputedStyle(element);
      const [a, b] = [
        luminance(element instanceof SVGElement ? style.fill : style.color),
        luminance(groundOf(element)),
      ];
      return { selector, contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
    });
  }, selectors);
}

describe.skipIf(executable === null)('the report page in a browser', () => {
  let browser: Browser;
  let service: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    browser = await launch(executable!);
    service = await startService();
  });
  afterAll(async () => {
    await browser.close();
    service.server.closeAllConnections();
    await new Promise((resolve) => service.server.close(resolve));
  });

  async function open(
    size: { width: number; height: number },
    colorScheme: 'light' | 'dark',
    done: number,
  ): Promise<{ page: Page; said: string[] }> {
    service.state.done = done;
    const page = await browser.newPage({ viewport: size, colorScheme });
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('requestfailed', (request) => {
      const { errorText } = request.failure() ?? { errorText: 'unknown' };
      // Chromium's protocol reports a 304 that the page itself asked for as aborted; the page gets it.
      if (errorText !== 'net::ERR_ABORTED') said.push(`${request.url()} ${errorText}`);
    });
    await page.goto(service.url);
    return { page, said };
  }

  for (const size of SIZES)
    it(`fits ${size.width} px without scrolling sideways, and complains of nothing`, async () => {
      const { page, said } = await open(size, 'light', 108);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      // Wide tables scroll in their own frame, and their first column stays.
      const moved = await page.evaluate(() => {
        const frame = document.querySelector('#table-a1 .scroll')!;
        frame.scrollLeft = 200;
        const head = frame.querySelector('tbody th')!;
        return {
          scrolled: frame.scrollLeft,
          head: head.getBoundingClientRect().left - frame.getBoundingClientRect().left,
        };
      });
      expect(moved).toEqual({ scrolled: expect.any(Number), head: 0 });
      expect(moved.scrolled).toBeGreaterThan(0);
      expect(said).toEqual([]);
      await page.close();
    });

  it('draws every figure, with a text alternative', async () => {
    const { page } = await open(SIZES[0], 'light', 108);
    const figures = await page.evaluate(() =>
      [...document.querySelectorAll('figure.chart')].map((figure) => ({
        panels: figure.querySelectorAll('[role=img] > svg').length,
        named: [...figure.querySelectorAll('[role=img]')].every(
          (panel) => (panel.getAttribute('aria-label') ?? '').length > 40,
        ),
        drawn: [...figure.querySelectorAll('[role=img] > svg')].every((svg) => svg.getBoundingClientRect().height > 80),
        caption: figure.querySelector('figcaption')?.textContent?.trim().length ?? 0,
      })),
    );
    expect(figures.length).toBe(10);
    for (const figure of figures) {
      expect(figure).toMatchObject({ named: true, drawn: true });
      expect(figure.panels).toBeGreaterThan(0);
      expect(figure.caption).toBeGreaterThan(20);
    }
    await page.close();
  });

  for (const scheme of ['light', 'dark'] as const)
    it(`can be read in ${scheme}: text contrasts at least 4.5 to 1, bars 3 to 1`, async () => {
      const { page } = await open(SIZES[0], scheme, 108);
      const text = [
        'h1',
        '.answer',
        '.lead',
        '.facts dt',
        'tbody th',
        'td data',
        'td small',
        '.notes li',
        'nav a',
        '.pill.suspect',
        '.pill.invalid',
        '.verdict.faster',
        '.verdict.slower',
        'tr.invalid th',
        '.panel svg text',
      ];
      for (const { selector, contrast } of await contrastsOf(page, text))
        expect(contrast, selector).toBeGreaterThanOrEqual(4.5);
      const bars = [0, 1, 2].map((i) => `.panel svg [fill="var(--series-${i})"]`);
      for (const { selector, contrast } of await contrastsOf(page, bars))
        expect(contrast, selector).toBeGreaterThanOrEqual(3);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(scheme === 'dark' ? 'rgb(17, 21, 26)' : 'rgb(255, 255, 255)');
      await page.close();
    });

  it('follows a running experiment, keeps its place, and stops asking at the end', async () => {
    const { pages } = service.state;
    const { page, said } = await open(SIZES[1], 'light', 20);
    // Not page.waitForFunction: it needs eval, which the page's policy forbids.
    const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000, interval: 50 });
    const textOf = (selector: string) => () => page.textContent(selector);
    await eventually(textOf('#live-now')).toBe('fastapi.w1.u10, window, 7 requests/s');
    expect(await page.textContent('#live-eta')).toBe('about 13 min left');
    // What is shown already is not fetched again.
    expect(service.state.pages).toBe(pages + 1);
    await page.evaluate(() => scrollTo(0, 600));
    service.state.done = 30;
    await eventually(textOf('.facts dd')).toContain('30 of 108');
    expect(await page.textContent('#live-trials')).toBe('30 of 108 trials');
    expect(await page.evaluate(() => scrollY)).toBe(600);
    const { unchanged } = service.state;
    await eventually(() => service.state.unchanged).toBeGreaterThan(unchanged);
    service.state.done = 108;
    await eventually(() => page.evaluate(() => document.getElementById('live'))).toBeNull();
    expect(await page.textContent('.status')).toBe('succeeded');
    expect(said).toEqual([]);
    await page.close();
  });
});
