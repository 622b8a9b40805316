import type { Socket } from 'node:net';
import type { FailureClass } from '../../../src/core/load-result.ts';
import { OK_ANSWER, type Script } from '../scripted-server.ts';

/** An answer out of the ordinary, and what it is. */
export interface OddAnswer {
  readonly name: string;
  readonly is: FailureClass | 'ok';
  readonly script: Script;
  /** Of a good one: bytes of its body. */
  readonly body_bytes?: number;
}

const BODY = '{"ok":true}';
const head = (...fields: readonly string[]): string => ['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n');
const chunked = head('Transfer-Encoding: chunked');
const says =
  (text: string): Script =>
  (socket) =>
    void socket.write(text);
const saysAndEnds =
  (text: string): Script =>
  (socket) =>
    void socket.end(text);
const saysAndResets =
  (text: string): Script =>
  (socket) =>
    void socket.write(text, () => socket.resetAndDestroy());

/** The next piece goes out when the last one is with the kernel: each is read apart. */
function piecewise(socket: Socket, pieces: readonly string[]): void {
  const [first, ...rest] = pieces;
  if (first === undefined || socket.destroyed) return;
  socket.write(first, () => setImmediate(() => piecewise(socket, rest)));
}

/** A byte now and then, so that the whole takes longer than any timeout of these runs. */
function dribbling(socket: Socket, text: string, every_ms: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (socket.destroyed || at === text.length) return clearInterval(timer);
    socket.write(text.charAt(at));
    at += 1;
    return undefined;
  }, every_ms);
}

/** Says the same again until nobody listens. */
function endlessly(socket: Socket, text: string): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(text));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

const right = (name: string, script: Script, body_bytes = BODY.length): OddAnswer => ({
  name,
  is: 'ok',
  script,
  body_bytes,
});
const wrong = (is: FailureClass, name: string, script: Script): OddAnswer => ({ name, is, script });

const RIGHT: readonly OddAnswer[] = [
  right('in single bytes', (socket) => piecewise(socket, OK_ANSWER.split(''))),
  right('cut within its empty line', (socket) => {
    const end = OK_ANSWER.indexOf('\r\n\r\n');
    piecewise(socket, [OK_ANSWER.slice(0, end + 1), OK_ANSWER.slice(end + 1, end + 3), OK_ANSWER.slice(end + 3)]);
  }),
  right('in chunks that are cut anywhere', (socket) =>
    piecewise(socket, [`${chunked}4;a=b\r`, `\n{"o`, `k\r`, `\n7\r\n":tr`, `ue}\r\n0`, `\r\n\r\n`]),
  ),
  right('after sixteen interim ones', says(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(16)}${OK_ANSWER}`)),
  right('ended by its connection', saysAndEnds(`${head()}${BODY}`)),
  right('of HTTP/1.0', saysAndEnds(`HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\n${BODY}`)),
  right('with a trailer', says(`${chunked}b\r\n${BODY}\r\n0\r\nX-Sum: 1\r\n\r\n`)),
];

const WRONG: readonly OddAnswer[] = [
  wrong('reset', 'a reset at once', (socket) => socket.resetAndDestroy()),
  wrong('reset', 'a reset within its body', saysAndResets(OK_ANSWER.slice(0, -4))),
  wrong('reset', 'an end at once', (socket) => void socket.end()),
  wrong('protocol', 'an end within its body', saysAndEnds(OK_ANSWER.slice(0, -4))),
  wrong('protocol', 'an end within its chunks', saysAndEnds(`${chunked}b\r\n{"ok"`)),
  wrong('timeout', 'silence', () => undefined),
  wrong('timeout', 'a body that dribbles', (socket) => dribbling(socket, OK_ANSWER, 50)),
  wrong('timeout', '10 GB that are announced and never come', says(`${head('Content-Length: 10000000000')}{`)),
  wrong('timeout', '10 GB that go on coming', (socket) => {
    socket.write(head('Content-Length: 10000000000'));
    endlessly(socket, 'x'.repeat(65_536));
  }),
  wrong('timeout', 'a body without a length that goes on coming', (socket) => {
    socket.write(head());
    endlessly(socket, 'x'.repeat(65_536));
  }),
  wrong('protocol', 'an endless head', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n');
    endlessly(socket, `X-More: ${'x'.repeat(1000)}\r\n`);
  }),
  wrong('protocol', 'interim answers without end', (socket) => endlessly(socket, 'HTTP/1.1 102 Processing\r\n\r\n')),
  wrong('protocol', "a chunk's size without end", (socket) => {
    socket.write(chunked);
    endlessly(socket, '0'.repeat(1000));
  }),
  wrong('protocol', 'a chunk that is longer than it says', says(`${chunked}2\r\n${BODY}\r\n0\r\n\r\n`)),
  wrong('protocol', 'a chunk whose size is no number', says(`${chunked}two\r\n{}\r\n0\r\n\r\n`)),
  wrong('protocol', 'a body that is longer than it says', says(`${OK_ANSWER}!`)),
  wrong('protocol', 'two lengths that differ', says(`${head('Content-Length: 11', 'Content-Length: 12')}${BODY}`)),
  wrong('protocol', 'a length that is negative', says(`${head('Content-Length: -11')}${BODY}`)),
  wrong('protocol', 'a length that no number holds', says(`${head(`Content-Length: ${'9'.repeat(30)}`)}${BODY}`)),
  wrong('protocol', 'a length and chunks', says(`${head('Content-Length: 11', 'Transfer-Encoding: chunked')}${BODY}`)),
  wrong('protocol', 'a folded line in its head', says(`${head('X: a', ' b', 'Content-Length: 11')}${BODY}`)),
  wrong('protocol', 'a status of four digits', says(`HTTP/1.1 2000 OK\r\nContent-Length: 11\r\n\r\n${BODY}`)),
  wrong('protocol', 'another protocol', says('220 mail.example ESMTP\r\n')),
  wrong(
    'protocol',
    'random bytes',
    (socket) => void socket.write(Buffer.from(Array.from({ length: 64 }, (_, i) => (i * 73 + 5) % 256))),
  ),
  wrong('http_4xx', '429', says('HTTP/1.1 429 Slow Down\r\nContent-Length: 0\r\n\r\n')),
  wrong('http_5xx', '500 with a body', says(`HTTP/1.1 500 Oops\r\nContent-Length: 11\r\n\r\n${BODY}`)),
];

export const ODD_ANSWERS: readonly OddAnswer[] = [...RIGHT, ...WRONG];
