import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LOOK_EVERY_S } from '../../src/api/worker/minute.ts';
import { PLATFORM_LIMIT } from '../../src/api/worker/platform-limiter.ts';
import { PROTOCOL } from '../../src/core/job.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const config = read('wrangler.toml');

describe('wrangler.toml', () => {
  it('has the version of package.json', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(/^BENCHWRIGHT_VERSION = "(.*)"$/m.exec(config)?.[1]).toBe(version);
  });

  it('sets the rate limit that the answers announce', () => {
    const [, limit, period] = /^simple = \{ limit = (\d+), period = (\d+) \}$/m.exec(config) ?? [];
    expect({ requests: Number(limit), period_s: Number(period) }).toEqual(PLATFORM_LIMIT);
  });

  it('asks for what the Worker is built on: Node’s modules, no way into the own zone, an end for broken-off requests', () => {
    const flags = /^compatibility_flags = \[(.*)\]$/m.exec(config)?.[1] ?? '';
    expect(flags.split(', ').toSorted()).toEqual([
      '"enable_request_signal"',
      '"global_fetch_strictly_public"',
      '"nodejs_compat"',
    ]);
  });

  it('bounds the CPU time of a request: what runs away ends, and a page of 5,000 trials does not', () => {
    const cpu_ms = Number(/^\[limits\]\ncpu_ms = (\d+)$/m.exec(config)?.[1]);
    expect(cpu_ms).toBeGreaterThan(30);
    expect(cpu_ms).toBeLessThanOrEqual(30_000);
  });

  it('names no account and holds no secret', () => {
    expect(config).not.toMatch(/account_id|postgres(?:ql)?:\/\/|bw_(?:user|runner|operator)_/);
    expect(config).toContain('id = "00000000000000000000000000000000"');
  });

  it('lets the cron look at leases often enough that its pauses do not count as outages', () => {
    expect(config).toContain('crons = ["* * * * *"]');
    // src/db/lease-terms.ts: a pause of two beats is an outage.
    expect(LOOK_EVERY_S).toBeLessThan(2 * PROTOCOL.heartbeat_s);
  });
});
