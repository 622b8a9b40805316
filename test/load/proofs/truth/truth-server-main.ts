/**
 * The truth server's process: answers each request when its script (first argument, JSON) says, stamps what it did, and hands that
 * over when it is asked. With a second argument it loads itself first, of which it keeps nothing. It spins as long as anybody is connected, so that no wake-up stands between an event and its stamp. Ends
 * with the channel to its parent.
 */
import { createServer, type Socket } from 'node:net';
import { loadItself } from './self-load.ts';
import { Delays, NEVER, type TruthScript } from './truth-script.ts';
import { TruthStamps } from './truth-stamps.ts';

const script = JSON.parse(process.argv[2] ?? '') as TruthScript;
const ANSWER = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}',
  'latin1',
);
const HEAD_END = '\r\n\r\n';
const NUMBERED = /^[A-Z]+ \/truth\/(\d+) /;
/** As many connections as a stopped server may be asked for at once. */
const BACKLOG = 4096;
/**
 * What lies between the end of one service and the next read callback when requests wait in the kernel: the loop's own work, which
 * keeps the queue busy too. One that comes by chance so soon after the last is counted too long by less than this.
 */
const CONTIGUOUS_MS = 0.1;

interface Pending {
  readonly due: number;
  readonly place: number;
  readonly socket: Socket;
}

const delays = new Delays(script);
let stamps = new TruthStamps();
/** By descending due time: the next one is the last. */
const pending: Pending[] = [];
let open = 0;
let isSpinning = false;
let lastEnd = Number.NEGATIVE_INFINITY;
/** While it loads itself no answer takes longer than this. */
const REHEARSED_MS = 0.05;
let isRehearsing = process.argv[3] !== undefined;

function answer(socket: Socket, place: number): void {
  stamps.written(place, performance.now());
  socket.write(ANSWER);
}

function serve(socket: Socket, place: number, read: number, ms: number): void {
  const begun = read - lastEnd < CONTIGUOUS_MS ? lastEnd : read;
  let now = read;
  while (now < read + ms) {
    now = performance.now();
    stamps.look(now);
  }
  answer(socket, place);
  lastEnd = performance.now();
  stamps.served(place, lastEnd - begun);
}

function queueUp(entry: Pending): void {
  let at = pending.length;
  while (at > 0 && (pending[at - 1] as Pending).due <= entry.due) at -= 1;
  pending.splice(at, 0, entry);
}

function take(socket: Socket, number: number, read: number): void {
  const place = stamps.read(number, read);
  if (!isRehearsing && delays.isReset(number)) return void socket.resetAndDestroy();
  const ms = isRehearsing ? Math.min(REHEARSED_MS, delays.of(number)) : delays.of(number);
  if (script.kind === 'queue') return serve(socket, place, read, ms);
  if (ms === 0) return answer(socket, place);
  if (ms !== NEVER) queueUp({ due: read + ms, place, socket });
  return undefined;
}

function turn(): void {
  const now = performance.now();
  stamps.look(now);
  for (let next = pending.at(-1); next !== undefined && next.due <= now; next = pending.at(-1)) {
    pending.pop();
    if (!next.socket.destroyed) answer(next.socket, next.place);
  }
  isSpinning = open > 0;
  stamps.asks(now);
  if (isSpinning) setImmediate(turn);
}

const server = createServer({ noDelay: true }, (socket) => {
  open += 1;
  stamps.connections += 1;
  if (!isSpinning) {
    isSpinning = true;
    stamps.begin(performance.now());
    setImmediate(turn);
  }
  socket.once('close', () => (open -= 1));
  socket.on('error', () => socket.destroy());
  let held = '';
  socket.on('data', (chunk: Buffer) => {
    const now = performance.now();
    stamps.look(now);
    held += chunk.toString('latin1');
    for (let end = held.indexOf(HEAD_END); end >= 0; end = held.indexOf(HEAD_END)) {
      const number = NUMBERED.exec(held)?.[1];
      held = held.slice(end + HEAD_END.length);
      take(socket, number === undefined ? stamps.count + 1 : Number(number), now);
    }
  });
});

process.on('message', () => process.send?.(stamps.record()));
process.on('disconnect', () => process.exit(0));

async function rehearse(port: number): Promise<void> {
  await loadItself(port);
  stamps = new TruthStamps();
  lastEnd = Number.NEGATIVE_INFINITY;
  isRehearsing = false;
}

server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  void (isRehearsing ? rehearse(port) : Promise.resolve()).then(() => process.send?.({ port }));
});
