/**
 * A server that works for each answer, always the same: what `benchwright noise` measures twice. Its one thread is what limits
 * it, as the code of an application does. Writes its port as one line, ends when standard input does.
 */
import { createServer } from 'node:http';

/** Some tenths of a millisecond: far above what the engine needs for a request, so that the server sets the rate. */
const STEPS = 100_000;

/** The numbers of a linear congruential generator: work that cannot be skipped, of which the last is sent. */
function work(): number {
  let state = 1;
  for (let i = 0; i < STEPS; i += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return state;
}

const server = createServer({ keepAliveTimeout: 60_000 }, (_, response) => {
  const body = JSON.stringify({ message: 'Hello', number: work() });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address !== null ? address.port : 0}\n`);
});
const end = (): never => process.exit(0);
process.stdin.on('end', end).on('error', end).resume();
process.on('SIGTERM', end);
