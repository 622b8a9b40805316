import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import { Client } from 'undici';
import { describe, expect, test } from 'vitest';
import { ResponseParser } from '../../src/load/response-parser.ts';
import { compareRange } from './oracle/compare-range.ts';
import { makeCase } from './oracle/make-case.ts';
import { OurSide } from './oracle/our-side.ts';
import type { AnswerSeen } from './oracle/outcome.ts';
import { caseText, type ParserCase } from './oracle/parser-case.ts';
import { readWithClient } from './oracle/undici-client.ts';

/** `npm run bench:parser` reads ten million others. */
const CASES = 2_000;
const SEED = 6;
/** Each takes a server and a client of its own. */
const OVER_SOCKETS = 60;

type Body = Omit<AnswerSeen, 'reuse'>;

/** Whole answers that undici's client gets from a server that sends the bytes in their pieces and then ends the connection. */
async function readOverSocket({ methods, bytes, cuts }: ParserCase): Promise<Body[]> {
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy());
    if (connections > 1) socket.destroy();
    else socket.once('data', () => sendPieces(socket, bytes, cuts));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = new Client(`http://127.0.0.1:${port}`, { pipelining: methods.length, maxHeaderSize: 1024 * 1024 });
  const got = await Promise.allSettled(
    methods.map(async (method): Promise<Body> => {
      const response = await client.request({ path: '/', method, reset: false });
      const body = Buffer.from(await response.body.arrayBuffer());
      return { status: response.statusCode, bodyBytes: body.length, digest: crc32(body) };
    }),
  );
  await client.destroy();
  server.close();
  await once(server, 'close');
  return got.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

function sendPieces(socket: Socket, bytes: string, cuts: readonly number[]): void {
  const ends = [...cuts, bytes.length];
  const next = (from: number): void => {
    const to = ends.shift();
    if (to === undefined) socket.end();
    else socket.write(bytes.slice(from, to), 'latin1', () => setImmediate(next, to));
  };
  next(0);
}

/** Faults that a parser could have. */
class LosesAByte extends ResponseParser {
  override body(): Uint8Array | null {
    const whole = super.body();
    return whole !== null && whole.length > 100 ? Uint8Array.from(whole).fill(0, 99, 100) : whole;
  }
}

class KeepsEverything extends ResponseParser {
  override push(bytes: Uint8Array, start: number, end: number): number {
    const at = super.push(bytes, start, end);
    if (this.state === 'done') this.keepAlive = true;
    return at;
  }
}

class TakesAnything extends ResponseParser {
  override push(bytes: Uint8Array, start: number, end: number): number {
    const at = super.push(bytes, start, end);
    if (this.state === 'failed') this.state = 'done';
    return at;
  }
}

describe('the response parser beside undici', () => {
  test(`reads ${CASES} generated connections, good and spoilt, cut anywhere, as llhttp and undici's client do`, async () => {
    const tally = await compareRange({ seed: SEED, from: 0, to: CASES, clientEvery: 1 });
    process.stdout.write(`${JSON.stringify({ ...tally, examples: undefined })}\n`);
    expect(tally.examples).toEqual([]);
    expect(tally.unexplained).toBe(0);
    // The generator must keep making all kinds.
    expect(tally.cases).toBeGreaterThan(CASES);
    expect(tally.answers).toBeGreaterThan(CASES);
    expect(tally.refused).toBeGreaterThan(CASES / 10);
    expect(tally.client).toBe(0.9 * CASES);
    expect(tally.reader).toBeGreaterThan(CASES / 4);
  });

  test('is compared with a client that reads without sockets what it reads over them', async () => {
    for (let index = 1; index <= OVER_SOCKETS; index += 1) {
      const made = { ...makeCase(SEED, index), ends: true };
      const { answers } = await readWithClient(made);
      const bodies = answers.map(({ status, bodyBytes, digest }) => ({ status, bodyBytes, digest }));
      expect(await readOverSocket(made), caseText(made)).toEqual(bodies);
    }
  });

  test.each([
    ['has a wrong byte in its bodies', LosesAByte],
    ['keeps connections that end', KeepsEverything],
    ['takes what is malformed', TakesAnything],
  ])('is told from one that %s, by a case made small', async (_, Faulty) => {
    const tally = await compareRange({ seed: SEED, from: 1, to: 200, clientEvery: 1_000 }, new OurSide(new Faulty()));
    expect(tally.unexplained).toBeGreaterThan(0);
    const lengths = tally.examples.map(({ made }) => (JSON.parse(made) as ParserCase).bytes.length);
    expect(Math.min(...lengths)).toBeLessThan(300);
  });
});
