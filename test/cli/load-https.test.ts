import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { startNullServer } from '../../src/load/null-server.ts';
import { type CertificateOptions, selfSigned } from '../fixtures/certificate.ts';
import { startItemServer } from './item-server.ts';
import { runCli } from './run-cli.ts';
import { startTlsServer } from './tls-server.ts';

const YESTERDAY = new Date(Date.now() - 86_400_000);
const TOMORROW = new Date(Date.now() + 86_400_000);
const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const FAR_AWAY = new Date('2045-01-01T00:00:00Z');

const good: CertificateOptions = { host: '127.0.0.1', from: YESTERDAY, to: TOMORROW };
const short = ['--duration', '0.3', '--warmup', '0', '--rehearsal', '0', '--connections', '2'];

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'benchwright-https-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Makes the command trust a certificate as the host's own authorities. */
function trusting(cert: string): { env: Record<string, string> } {
  const file = join(folder, 'authority.pem');
  writeFileSync(file, cert);
  return { env: { NODE_EXTRA_CA_CERTS: file } };
}

describe('benchwright load over https', () => {
  it.each([
    ['is self-signed', good, /certificate is self-signed; --insecure goes on without checking it/],
    ['has expired', { ...good, from: LONG_AGO, to: YESTERDAY }, /certificate has expired/],
    ['is not valid yet', { ...good, from: TOMORROW, to: FAR_AWAY }, /certificate is not valid yet/],
  ])('says before any load that a certificate %s', async (_, options, says) => {
    await using server = await startTlsServer(selfSigned(options));
    const run = await runCli(['load', server.url, ...short]);
    expect(run.stderr).toMatch(says);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect([run.code, run.stdout, server.requests()]).toEqual([2, '', 0]);
  });

  it('says for whom a certificate is that is for another host', async () => {
    const certificate = selfSigned({ ...good, host: 'shop.example' });
    await using server = await startTlsServer(certificate);
    const run = await runCli(['load', server.url, ...short], trusting(certificate.cert));
    expect(run.stderr).toMatch(/certificate is for DNS:shop\.example, not for 127\.0\.0\.1/);
    expect([run.code, server.requests()]).toEqual([2, 0]);
  });

  it('says that what listens there does not speak TLS', async () => {
    await using server = await startItemServer();
    const run = await runCli(['load', server.url.replace('http:', 'https:'), ...short]);
    expect(run.stderr).toMatch(/what listens there does not speak TLS: is it http:\/\/\?/);
    expect([run.code, server.seen.length]).toEqual([2, 0]);
  });

  it('says that what listens there does not answer a handshake, and does not wait for it for long', async () => {
    const server = await startNullServer();
    const run = await runCli(['load', `https://127.0.0.1:${server.port}/`, ...short]);
    await server.close();
    expect(run.stderr).toMatch(/it took the connection, but no TLS handshake came within 5 s \(ETIMEDOUT\)/);
    expect(run.code).toBe(2);
  });

  it('says that a connection was closed before its handshake', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const run = await runCli(['load', `https://127.0.0.1:${port}/`, ...short]);
    await new Promise((done) => server.close(done));
    expect(run.stderr).toMatch(/closed the connection at once \(ECONNRESET\)/);
    expect(run.code).toBe(2);
  });

  it('loads with --insecure whatever the certificate is, by the driver undici', async () => {
    await using server = await startTlsServer(selfSigned(good));
    const run = await runCli(['load', server.url, ...short, '--insecure', '--json']);
    const result = loadResultSchema.parse(JSON.parse(run.stdout));
    expect([result.driver, result.url]).toEqual(['undici', server.url]);
    expect(result.ok).toBeGreaterThan(0);
    expect([result.failed.connect, result.failed.protocol, run.code]).toEqual([0, 0, 0]);
    // And the one that is sent before the load.
    expect(server.requests()).toBe(result.sent_total + 1);
  });

  it('loads without --insecure where the certificate is trusted', async () => {
    const certificate = selfSigned(good);
    await using server = await startTlsServer(certificate);
    const run = await runCli(['load', server.url, ...short, '--json'], trusting(certificate.cert));
    expect(run.stderr).toBe('');
    expect(loadResultSchema.parse(JSON.parse(run.stdout)).ok).toBeGreaterThan(0);
  });
});
