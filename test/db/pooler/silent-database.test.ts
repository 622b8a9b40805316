import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDatabaseAway } from '../../../src/api/faults.ts';
import { openPostgres } from '../../../src/db/client-postgres.ts';
import type { OpenDatabase } from '../../../src/db/client.ts';
import { ping } from '../../../src/db/ping.ts';
import { type EmbeddedServer, type Running, startEmbeddedServer } from '../../databases/embedded-server.ts';
import { startPooler } from '../../databases/pooler.ts';
import { eventually } from '../../worker/eventually.ts';

/** Instead of 10 s. PgBouncer itself lets a client wait for two minutes. */
const ANSWER_MS = 1_000;

let server: EmbeddedServer;
let pooler: Running;
let opened: OpenDatabase;
beforeAll(async () => {
  server = await startEmbeddedServer();
  pooler = await startPooler(server.url);
  opened = await openPostgres({ url: pooler.url, answer_ms: ANSWER_MS });
});
afterAll(async () => {
  await opened.close();
  await pooler.stop();
  await server.stop();
});

const asked = () =>
  Promise.all(
    Array.from({ length: 15 }, () =>
      ping(opened.db).then(
        () => 'answered',
        (error: unknown) => (isDatabaseAway(error) ? 'away' : error),
      ),
    ),
  );
const isBack = async () => (await asked()).every((answer) => answer === 'answered');

test('Behind a pooler a database that is stopped is away for every statement, and is there again when it is started', async () => {
  expect(await isBack()).toBe(true);
  await server.halt();
  for (let n = 0; n < 2; n += 1) expect(new Set(await asked())).toEqual(new Set(['away']));
  await server.resume();
  await eventually('the pooler has it again', isBack, 20_000);
});

test('So is one that stands still', async () => {
  expect(await isBack()).toBe(true);
  server.freeze();
  for (let n = 0; n < 2; n += 1) expect(new Set(await asked())).toEqual(new Set(['away']));
  server.thaw();
  await eventually('the pooler has it again', isBack, 20_000);
});
