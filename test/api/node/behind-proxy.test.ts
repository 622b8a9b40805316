import { afterEach, describe, expect, it } from 'vitest';
import { serveNode, type ServeOptions, type Service } from '../../../src/api/node.ts';
import { StartError } from '../../../src/api/start-error.ts';
import { smallSpec } from '../../fixtures/spec.ts';

const PER_MINUTE = 5;

let service: Service | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

const OPTIONS: ServeOptions = {
  port: 0,
  host: '127.0.0.1',
  dataDir: 'memory://',
  secretKey: Buffer.alloc(32, 1).toString('base64'),
  version: '0.1.0',
  requestsPerMinute: PER_MINUTE,
  log: { info() {}, warn() {}, error() {} },
};

async function serve(changes: Partial<ServeOptions>): Promise<Service> {
  service = await serveNode({ ...OPTIONS, ...changes });
  return service;
}

/** The statuses of so many requests that come by way of a proxy; it is the test, and stands on the loopback address. */
async function asked(count: number, forwardedFor: string): Promise<number[]> {
  const headers = { 'X-Forwarded-For': forwardedFor };
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await fetch(`${service?.url}/r/none`, { headers })).status);
  return statuses;
}

const TAKEN = Array.from({ length: PER_MINUTE }, () => 404);

describe('a service behind a proxy', () => {
  it('counts each who asks by the address that the proxy names, whatever they have written before it', async () => {
    await serve({ trustProxy: true });
    expect(await asked(PER_MINUTE, '198.51.100.1')).toEqual(TAKEN);
    expect(await asked(1, '198.51.100.1')).toEqual([429]);
    expect(await asked(1, '198.51.100.9, 198.51.100.1')).toEqual([429]);
    expect(await asked(PER_MINUTE, '198.51.100.2')).toEqual(TAKEN);
  });

  it('believes nobody unless it is told to', async () => {
    await serve({});
    expect(await asked(PER_MINUTE, '198.51.100.1')).toEqual(TAKEN);
    expect(await asked(1, '198.51.100.2')).toEqual([429]);
  });

  it('begins links with the address that it is told, and does not start with one that is none', async () => {
    const { url, firstKey } = await serve({ baseUrl: 'https://bench.example.com/' });
    const post = async (path: string, json: unknown): Promise<unknown> => {
      const headers = { Authorization: `Bearer ${firstKey}`, 'Content-Type': 'application/json' };
      return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(json) })).json();
    };
    const { links } = (await post('/v1/experiments', smallSpec())) as { links: { share: string } };
    const shared = (await post(links.share, {})) as Record<string, string>;
    expect(shared['url']).toMatch(/^https:\/\/bench\.example\.com\/r\//);
    expect(shared['badge_url']).toBe(`${shared['url']}/badge.svg`);
    await expect(serveNode({ ...OPTIONS, baseUrl: 'bench.example.com' })).rejects.toBeInstanceOf(StartError);
  });
});
