import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { FailureClass } from '../../src/core/load-result.ts';
import { failedCount, failureClasses, recordedCount, recordedMs, run, GET_TEST, shortPlan } from './plans.ts';
import { OK_ANSWER, type Script, startScriptedServer } from './scripted-server.ts';

const TIMEOUT_S = 0.3;

const BROKEN: readonly [name: string, expected: FailureClass, script: Script][] = [
  ['a reset instead of an answer', 'reset', (socket) => socket.resetAndDestroy()],
  ['an end instead of an answer', 'reset', (socket) => void socket.end()],
  ['no answer', 'timeout', () => undefined],
  ['half an answer and then silence', 'timeout', (socket) => void socket.write(OK_ANSWER.slice(0, 40))],
  ['404', 'http_4xx', (socket) => void socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')],
  ['503', 'http_5xx', (socket) => void socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n')],
  ['302', 'contract', (socket) => void socket.write('HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n')],
  [
    'another body of another length',
    'contract',
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'),
  ],
  [
    'another body in chunks',
    'contract',
    (socket) => void socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'),
  ],
  ['garbage', 'protocol', (socket) => void socket.write('220 mail.example ESMTP\r\n')],
  ['an end inside the head', 'protocol', (socket) => void socket.end(OK_ANSWER.slice(0, 40))],
  [
    'a body shorter than its length',
    'protocol',
    (socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"ok":'),
  ],
  ['a body longer than its length', 'protocol', (socket) => void socket.write(`${OK_ANSWER}!`)],
  ['an endless head', 'protocol', (socket) => void socket.write(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}`)],
];

const DRIVERS = ['socket', 'undici'] as const;

describe.concurrent.each(DRIVERS)('a request that fails, by the driver %s,', (driver) => {
  test.each(BROKEN)('with %s is classed as %s, and ranks at the timeout or later', async (_, expected, script) => {
    await using server = await startScriptedServer(script);
    const result = await run(shortPlan(server.port, { driver, timeout_s: TIMEOUT_S, window_s: 0.4, warmup_s: 0 }));
    // Contract: the body is checked on a sample, so some of the wrong ones pass.
    if (result.ok > 0) expect(expected).toBe('contract');
    else expect(recordedMs(result, 'latency', 0.5)).toBeGreaterThanOrEqual(TIMEOUT_S * 1000);
    expect(failureClasses(result)).toEqual([expected]);
    expect(result.requests).toBe(result.ok + failedCount(result) + result.not_sent);
    expect(result.sent_total).toBe(server.requests());
    expect(result.censored).toContain('max');
    expect(result.error_rate).toBeGreaterThan(0);
  });

  test('with bytes after the body of a later answer is classed as protocol', async () => {
    await using server = await startScriptedServer((socket, _, nOnSocket) => {
      socket.write(nOnSocket === 1 ? OK_ANSWER : `${OK_ANSWER}!`);
    });
    const result = await run(shortPlan(server.port, { driver, timeout_s: TIMEOUT_S, window_s: 0.4, warmup_s: 0 }));
    expect(failureClasses(result)).toEqual(['protocol']);
    // To undici, once it is known to keep its connections, the answer is whole and the byte begins the next one: two of three are ok.
    expect(result.ok / result.requests).toBeCloseTo(driver === 'socket' ? 1 / 2 : 2 / 3, 1);
    expect(result.sent_total).toBe(server.requests());
  });

  test('for want of a listener is a connect failure and was never sent', async () => {
    const closed = createServer();
    const listening = Promise.withResolvers<void>();
    closed.listen(0, '127.0.0.1', listening.resolve);
    await listening.promise;
    const { port } = closed.address() as { port: number };
    const gone = Promise.withResolvers<void>();
    closed.close(() => gone.resolve());
    await gone.promise;
    const result = await run(shortPlan(port, { driver, timeout_s: TIMEOUT_S }));
    expect(failureClasses(result)).toEqual(['connect']);
    expect([result.ok, result.sent_total, result.error_rate]).toEqual([0, 0, 1]);
    expect(result.void_reasons.join()).not.toContain('ran out');
  });

  test('by hanging is never dropped: 2 % of them put the p99 at the timeout, and mark it', async () => {
    await using server = await startScriptedServer((socket, n) => void (n % 50 === 0 || socket.write(OK_ANSWER)));
    const result = await run(shortPlan(server.port, { driver, timeout_s: TIMEOUT_S, window_s: 1 }));
    expect(failureClasses(result)).toEqual(['timeout']);
    expect(recordedMs(result, 'latency', 0.99)).toBeGreaterThanOrEqual(TIMEOUT_S * 1000);
    expect(recordedMs(result, 'latency_ok', 1)).toBeLessThan(TIMEOUT_S * 1000 + 50);
    expect(result.censored).toEqual(expect.arrayContaining(['mean', 'p99', 'p999', 'max']));
    expect(recordedCount(result, 'latency')).toBe(result.requests);
    expect(result.sent_total).toBe(server.requests());
  });
});

describe.concurrent.each(DRIVERS)('an unusual answer that is right, by the driver %s,', (driver) => {
  const body = '{"ok":true}';
  const RIGHT: readonly [name: string, script: Script][] = [
    [
      'in chunks',
      (socket) =>
        void socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n${body}\r\n0\r\nX: 1\r\n\r\n`),
    ],
    ['after an interim one', (socket) => void socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${OK_ANSWER}`)],
    ['ended by the connection', (socket) => void socket.end(`HTTP/1.1 200 OK\r\n\r\n${body}`)],
    [
      'with Connection: close',
      (socket) => void socket.end(OK_ANSWER.replace('Content-Type', 'Connection: close\r\nContent-Type')),
    ],
    [
      'in single bytes',
      (socket) => {
        const bytes = Array.from(OK_ANSWER);
        const next = (): void => {
          const byte = bytes.shift();
          if (byte !== undefined) socket.write(byte, () => setImmediate(next));
        };
        next();
      },
    ],
    [
      'with a head that changes every time',
      (socket, n) => void socket.write(OK_ANSWER.replace('Content-Type', `X-Id: ${n}\r\nContent-Type`)),
    ],
  ];

  test.each(RIGHT)('%s is ok', async (_, script) => {
    await using server = await startScriptedServer(script);
    const result = await run(shortPlan(server.port, { driver, window_s: 0.3 }));
    expect(failedCount(result)).toBe(0);
    expect(result.ok).toBeGreaterThan(0);
    expect(result.sent_total).toBe(server.requests());
    expect([result.body_bytes_mean, result.stale_connections]).toEqual([11, 0]);
  });

  test('of a megabyte is counted to the byte', async () => {
    const large = Buffer.alloc(1_000_000, 'x');
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${large.length}\r\n\r\n`;
    await using server = await startScriptedServer((socket) => void (socket.write(head), socket.write(large)));
    const request = { ...GET_TEST, expect: { statuses: [200], json: null } };
    const result = await run(shortPlan(server.port, { driver, request, window_s: 0.3 }));
    expect(failedCount(result)).toBe(0);
    expect(result.body_bytes_mean).toBe(large.length);
  });
});
