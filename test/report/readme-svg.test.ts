import { describe, expect, it } from 'vitest';
import { renderReadmeSvg } from '../../src/report/readme-svg.ts';
import { makeResults } from '../fixtures/results.ts';
import { unbalanced } from './balance.ts';

describe('the picture of the README', () => {
  const svg = renderReadmeSvg(makeResults());

  it('shows capacity at the highest level with most believable cells, each deployment and worker count', () => {
    expect(svg).toContain('FastAPI against Django, at 16 connections');
    for (const label of ['FastAPI (ASGI), 1 worker', 'FastAPI (ASGI), 4 workers', 'Django (WSGI), 1 worker'])
      expect(svg.split(`>${label}<`).length).toBe(3);
  });

  it('is one well-nested file of its own, for light and dark, that names what it shows', () => {
    expect(unbalanced(svg)).toEqual([]);
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true);
    expect(svg).toContain('prefers-color-scheme:dark');
    expect(svg).not.toMatch(/<script|<foreignObject|href=/);
    expect(svg).toMatch(/<desc id="says">FastAPI \(ASGI\), 4 workers: [\d,]+ requests\/s, p95 [\d.]+ ms\./);
  });

  it('falls back on users where there is no capacity family, and escapes names', () => {
    const users = renderReadmeSvg(makeResults({ connections: null, text: '<b>&' }));
    expect(users).toContain('&lt;b&gt;&amp;, at 50 users');
  });
});
