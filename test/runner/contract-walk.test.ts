import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { readCatalogue } from '../../src/runner/catalogue.ts';
import { type Walked, walkContract } from '../../src/runner/contract-walk.ts';
import { FIXTURES } from './support/fixture-trial.ts';
import { expectNothingOpen } from './support/nothing-left.ts';

afterEach(expectNothingOpen);

/** Walks the fixture's contract within that time, on a server that answers so. */
async function walked(withinMs: number, answer: RequestListener, signal?: AbortSignal): Promise<Walked> {
  const contract = readCatalogue([FIXTURES]).targets.get('fixture')?.contract;
  if (contract === undefined) throw new Error('the fixture is not there');
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    return await walkContract(port, contract, signal ?? new AbortController().signal, { withinMs });
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

/** A byte at a time, and never the end. */
const drip: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const dripping = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(dripping));
};

it('a server that drips its answers for ever gets no further than the time for the whole contract', async () => {
  expect(await walked(300, drip)).toEqual({
    ok: false,
    checks: 0,
    why: 'no-answer',
    says: 'GET /test: expected an answer, got none to its end within the 0.3 s for all',
  });
});

it('who ends the trial meanwhile ends the walk, with the reason', async () => {
  const controller = new AbortController();
  const reason = new Error('the operator wants an end');
  const running = walked(
    60_000,
    (request, response) => {
      drip(request, response);
      controller.abort(reason);
    },
    controller.signal,
  );
  await expect(running).rejects.toBe(reason);
});
