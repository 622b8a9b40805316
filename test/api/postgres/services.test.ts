import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveNode, type Service } from '../../../src/api/node.ts';
import { smallSpec } from '../../fixtures/spec.ts';
import { type TestDatabase, openTestDatabase } from '../../databases/open.ts';

const silent = { info() {}, warn() {}, error() {} };
const secretKey = Buffer.alloc(32, 1).toString('base64');

let database: TestDatabase;
let services: Service[] = [];

async function serve(): Promise<Service> {
  const databaseUrl = database.addresses!.url;
  const service = { port: 0, host: '127.0.0.1', version: '0.1.0', log: silent };
  // The folder holds nothing of a service whose database is elsewhere.
  return serveNode({ ...service, dataDir: tmpdir(), databaseUrl, secretKey });
}

beforeAll(async () => {
  database = await openTestDatabase('empty');
  services = await Promise.all([serve(), serve(), serve()]);
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.close()));
  await database.close();
});

describe('Services that start at once on one new database', () => {
  it('all serve, and one of them gives the first operator key', async () => {
    expect(services.filter((service) => service.firstKey !== null)).toHaveLength(1);
    const answers = await Promise.all(services.map((service) => fetch(`${service.url}/readyz`)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  });

  it('show each other what they were told', async () => {
    const key = services.find((service) => service.firstKey !== null)!.firstKey;
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const [one, two] = services;
    const sent = await fetch(`${one!.url}/v1/experiments`, {
      method: 'POST',
      headers,
      body: JSON.stringify(smallSpec()),
    });
    expect(sent.status).toBe(202);
    const { id } = (await sent.json()) as { id: string };
    const seen = await fetch(`${two!.url}/v1/experiments/${id}`, { headers });
    expect(await seen.json()).toMatchObject({ id, status: 'queued' });
  });
});
