import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lingerAfterAnswers } from '../../../src/api/linger.ts';

const BODY_BYTES = 1_000_000;
const HEAD = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`;
const LINGER_MS = 300;

let server: Server;
let port: number;
beforeAll(async () => {
  // Answers before it has read anything.
  server = createServer((_, answer) => void answer.writeHead(413).end('too large'));
  lingerAfterAnswers(server, LINGER_MS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A sender who has read his answer to the end and goes on, as HTTP lets him; how his connection ended. */
async function answeredEarly(): Promise<{ socket: Socket; closed: Promise<'reset' | 'in order'>; answer: string }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let error: Error | null = null;
  socket.on('error', (why) => (error = why));
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.write(HEAD);
  const closed = new Promise<'reset' | 'in order'>((resolve) =>
    socket.once('close', () => resolve(error === null ? 'in order' : 'reset')),
  );
  await once(socket, 'end');
  return { socket, closed, answer };
}

describe('A sender who is answered before all of his body was sent', () => {
  it('may send the rest', async () => {
    const { socket, closed, answer } = await answeredEarly();
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*too large/);
    socket.end(Buffer.alloc(BODY_BYTES));
    expect(await closed).toBe('in order');
  });

  it('is cut when he takes longer than he may', async () => {
    const began = performance.now();
    const { socket, closed } = await answeredEarly();
    const trickle = setInterval(() => socket.write('x'), 20);
    expect(await closed).toBe('reset');
    clearInterval(trickle);
    expect(performance.now() - began).toBeGreaterThan(LINGER_MS - 50);
  });
});
