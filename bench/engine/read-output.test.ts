import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ab } from './tools/ab.ts';
import { autocannon } from './tools/autocannon.ts';
import { k6 } from './tools/k6.ts';
import { locust } from './tools/locust.ts';
import { oha } from './tools/oha.ts';
import { readVersion } from './tools/tool.ts';
import { undici } from './tools/undici.ts';
import { vegeta } from './tools/vegeta.ts';
import { wrk } from './tools/wrk.ts';

/** What each wrote when it was told to measure for two seconds, as it came (2026-11-28). */
const sampleOf = ({ name }: { readonly name: string }): string =>
  readFileSync(new URL(`./tools/samples/${name}.txt`, import.meta.url), 'utf8');
const task = { seconds: 2 };

describe('the output of a load generator', () => {
  test.each([
    [wrk, 110_785.06],
    [ab, 115_071.72],
    [oha, 107_637.989],
    [vegeta, 40_168.513],
    // 42,447 requests of its measured scenario.
    [k6, 21_223.5],
    // 29,563 requests from the first count to the last answer, 2.8406 s.
    [locust, 10_407.141],
    // The second of its two documents: the first is the warm-up.
    [autocannon, 77_760],
    [undici, 73_009.758],
  ])('of $name has its requests/s', (program, rps) => {
    expect(program.read(sampleOf(program), task)).toBeCloseTo(rps, 2);
  });

  test.each([
    [wrk, 'Requests/sec', 'Non-2xx or 3xx responses: 5\nRequests/sec', /wrk: Non-2xx or 3xx responses: 5/],
    [wrk, 'Requests/sec', 'Socket errors: connect 0, read 3, write 0, timeout 0\nRequests/sec', /wrk: Socket errors/],
    [ab, 'Failed requests:        0', 'Failed requests:        3', /ab: requests failed/],
    [ab, 'Keep-Alive requests:    345217', 'Keep-Alive requests:    0', /not kept/],
    [oha, '"successRate": 1.0', '"successRate": 0.5', /a share of 0.5/],
    [vegeta, '"success":1', '"success":0.9', /a share of 0.9/],
    [k6, '"failed":0', '"failed":7', /7 of 42447/],
    [locust, '"num_failures": 0', '"num_failures": 2', /2 requests failed/],
  ])('of $name is refused where requests failed', (program, found, by, problem) => {
    const output = sampleOf(program).replace(found, by);
    expect(output).not.toBe(sampleOf(program));
    expect(() => program.read(output, task)).toThrow(problem);
  });

  test('that says nothing of requests/s is no number', () => {
    for (const program of [wrk, ab, undici]) expect(program.read('Segmentation fault', task)).toBeNaN();
  });

  test('has a version, where it tells one', () => {
    expect(readVersion('wrk debian/4.1.0-3 [epoll] Copyright (C) 2012 Will Glozer')).toBe('4.1.0');
    expect(readVersion('This is ApacheBench, Version 2.3 <$Revision$>')).toBe('2.3');
    expect(readVersion('k6 v1.8.1 (go1.26.8, linux/amd64)')).toBe('1.8.1');
    expect(readVersion('Version: \nCommit: \nRuntime: go1.26.8 linux/amd64', vegeta.versionAfter)).toBe('');
    expect(readVersion('Version: 12.13.0\nRuntime: go1.26.8', vegeta.versionAfter)).toBe('12.13.0');
  });
});
