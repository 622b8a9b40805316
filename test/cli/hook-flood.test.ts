import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDataFolder } from './data-folder.ts';
import { ended, startCli, untilSaid } from './run-cli.ts';

const PAYLOAD_BYTES = 20_000_000;
const AT_ONCE = 10;
/** Of each sender the service holds 8 MiB at worst, before it can know him, and as much again may not be collected yet; they send more. */
const MOST_KIB = AT_ONCE * 16 * 1024;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchwright-flood-'));
  makeDataFolder(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly body: string;
  /** Of the payload, before the service had answered. */
  readonly sent: number;
}

const CHUNK = Buffer.alloc(64 * 1024, ' ');

/** Posts as fast as it is taken, until all is sent or the service has answered. */
function post(url: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = false;
    const sending: ClientRequest = request(url, { method: 'POST', headers, agent: false }, (response) => {
      answered = true;
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        sending.destroy();
        resolve({ status: response.statusCode ?? 0, body, sent });
      });
    });
    // A service that has answered may hang up on who goes on.
    sending.on('error', (error) => (answered ? undefined : reject(error)));
    const more = (): void => {
      while (sent < PAYLOAD_BYTES) {
        if (answered) return;
        const chunk = CHUNK.subarray(0, PAYLOAD_BYTES - sent);
        sent += chunk.length;
        if (!sending.write(chunk)) return void sending.once('drain', more);
      }
      sending.end();
    };
    more();
  });
}

const peakKib = (pid: number): number =>
  Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

it('A hook refuses payloads of 20 MB, announced or not, many at once: early, in bounded memory, and goes on', async () => {
  const child = startCli(['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data')]);
  const closed = ended(child);
  try {
    const [line] = await untilSaid(child, /^\{.*\}$/m);
    const { url } = JSON.parse(line) as { url: string };
    const hook = `${url}/v1/hooks/github/hok_${'0'.repeat(32)}`;
    const headers = { 'Content-Type': 'application/json', 'X-GitHub-Event': 'push', 'X-Hub-Signature-256': 'sha256=0' };
    const before = peakKib(child.pid ?? 0);
    const announced = { ...headers, 'Content-Length': String(PAYLOAD_BYTES) };
    for (const kind of [headers, announced]) {
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => post(hook, kind)));
      for (const { status, body, sent } of answers) {
        expect([status, (JSON.parse(body) as { code: string }).code]).toEqual([413, 'body-too-large']);
        expect(sent).toBeLessThan(PAYLOAD_BYTES);
      }
    }
    expect(peakKib(child.pid ?? 0) - before).toBeLessThan(MOST_KIB);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
    expect((await closed).code).toBe(0);
  }
});
