import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { smallSpec } from '../fixtures/spec.ts';
import { makeDataFolder } from './data-folder.ts';
import { type CliRun, ended, startCli, untilSaid } from './run-cli.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-stop-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Service extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly key: string;
  readonly closed: Promise<CliRun>;
  signal(): void;
}

/** A real service; whatever happens in the test, it has ended after it. */
async function startService(key = ''): Promise<Service> {
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')]);
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string | null };
  return {
    port: Number(new URL(url).port),
    url,
    key: operator_key ?? key,
    closed,
    signal: () => void child.kill('SIGTERM'),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** An upload of which only the head has been sent, and which the service has in hand. */
async function begunUpload({ port, key }: Service, length: number): Promise<ClientRequest> {
  const upload = request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/v1/experiments',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Content-Length': length,
      Expect: '100-continue',
    },
  });
  upload.flushHeaders();
  await once(upload, 'continue');
  return upload;
}

/** Asks for connections until none is given any more. */
async function untilRefused(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'connected'),
      once(socket, 'error').then(() => 'refused'),
    ]).catch(() => 'refused');
    socket.on('error', () => undefined).destroy();
    if (outcome === 'refused') return;
  }
}

describe('benchwright serve on SIGTERM', () => {
  it('takes no more connections, answers an upload that is under way, and has stored it', async () => {
    await using service = await startService();
    const body = JSON.stringify(smallSpec({ name: 'Slow upload' }));
    const upload = await begunUpload(service, Buffer.byteLength(body));
    upload.write(body.slice(0, 50));
    const polling = fetch(`${service.url}/v1/experiments`, { headers: { Authorization: `Bearer ${service.key}` } });
    expect((await polling).status).toBe(200);
    service.signal();
    await untilRefused(service.port);
    upload.end(body.slice(50));
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.connection).toBe('close');
    expect((await service.closed).code).toBe(0);

    await using again = await startService(service.key);
    const stored = await fetch(again.url + String(answer.headers.location), {
      headers: { Authorization: `Bearer ${service.key}` },
    });
    expect(await stored.json()).toMatchObject({ name: 'Slow upload', status: 'queued' });
    again.signal();
    expect((await again.closed).code).toBe(0);
  });

  it('answers a poll that waits for a change at once', async () => {
    await using service = await startService();
    const headers = { Authorization: `Bearer ${service.key}`, 'Content-Type': 'application/json' };
    const sent = await fetch(`${service.url}/v1/experiments`, {
      method: 'POST',
      headers,
      body: JSON.stringify(smallSpec()),
    });
    const path = service.url + String(sent.headers.get('Location'));
    const etag = (await fetch(path, { headers })).headers.get('ETag') ?? '';
    const polling = fetch(path, { headers: { ...headers, 'If-None-Match': etag, Prefer: 'wait=25' } });
    // Sent later and answered: the poll is with the service by then.
    await (await fetch(path, { headers })).text();
    const began = performance.now();
    service.signal();
    expect((await polling).status).toBe(304);
    expect((await service.closed).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('waits for nobody on the second signal', async () => {
    await using service = await startService();
    const upload = await begunUpload(service, 1_000);
    const failed = once(upload, 'error');
    service.signal();
    await untilRefused(service.port);
    const began = performance.now();
    service.signal();
    expect((await service.closed).code).toBe(0);
    // The upload would have been waited for until the grace of ten seconds is over.
    expect(performance.now() - began).toBeLessThan(5_000);
    await failed;
  });
});
