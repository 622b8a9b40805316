import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LoadMessage } from '../../src/core/load-result.ts';
import { spawnScript } from '../../src/load/child-script.ts';
import { failedCount, GET_TEST, isAlive, run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const ENGINE = fileURLToPath(new URL('../../src/load/main.ts', import.meta.url));

/** Aborts when the first row of the window came. */
function abortInWindow(): { signal: AbortSignal; onMessage: (message: LoadMessage) => void } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onMessage: (message) => {
      if (message.type === 'second' && message.second.phase === 'window') controller.abort();
    },
  };
}

async function untilGone(pid: number, deadlineMs: number): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  while (isAlive(pid) && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  return !isAlive(pid);
}

describe.concurrent('stopping a run', () => {
  test('in the window gives what the window has measured so far', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const result = await run(shortPlan(server.port, { window_s: 30 }), abortInWindow());
    expect(result.duration_s).toBeGreaterThanOrEqual(1);
    expect(result.duration_s).toBeLessThan(10);
    expect(result.requests).toBe(result.ok + failedCount(result) + result.not_sent);
    expect([failedCount(result), result.not_sent]).toEqual([0, 0]);
    expect(result.throughput_rps).toBeCloseTo(result.ok_in_window / result.duration_s, 6);
    expect(result.sent_total).toBe(server.requests());
  });

  test('does not wait for a server that hangs, and is void for the requests that it gave up', async () => {
    await using server = await startScriptedServer((socket, n) => void (n > 200 || socket.write(OK_ANSWER)));
    const model = {
      kind: 'users',
      users: 20,
      think_time: { kind: 'constant', s: 0.02 },
      ramp_users_per_s: 1000,
    } as const;
    const result = await run(shortPlan(server.port, { model, window_s: 30, timeout_s: 20 }), abortInWindow());
    expect(result.not_sent).toBe(20);
    expect(result.requests).toBe(result.ok + result.not_sent);
    expect(result.void_reasons.join()).toContain('20 requests unanswered');
  });

  test('before the window is an error that says so', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const controller = new AbortController();
    const running = run(shortPlan(server.port, { warmup_s: 30 }), {
      signal: controller.signal,
      onMessage: (message) => void (message.type === 'second' && controller.abort()),
    });
    await expect(running).rejects.toThrow('stopped before the window began');
  });

  test('with SIGTERM ends the process with 0 and a result within two seconds', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const child = spawnScript('main', undefined);
    child.stdin!.write(`${JSON.stringify(shortPlan(server.port, { window_s: 30 }))}\n`);
    const last: LoadMessage[] = [];
    let stoppedAt = 0;
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const message = JSON.parse(line) as LoadMessage;
      last[0] = message;
      if (message.type !== 'phase' || message.phase !== 'window') return;
      stoppedAt = performance.now();
      child.kill('SIGTERM');
    });
    const [code] = (await once(child, 'close')) as [number];
    expect([code, last[0]?.type]).toEqual([0, 'result']);
    expect(performance.now() - stoppedAt).toBeLessThan(2000);
  });

  test('ends when its parent is killed', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    // A shell stands for the parent: it holds the engine's standard input, and tells the engine's pid.
    const plan = JSON.stringify(shortPlan(server.port, { window_s: 60 }));
    const script = `const c = require('node:child_process').spawn(process.execPath, [${JSON.stringify(ENGINE)}], { stdio: ['pipe', 'pipe', 'ignore'] });
      c.stdin.write(${JSON.stringify(plan)} + '\\n'); c.stdout.once('data', () => console.log(c.pid)); c.stdout.resume();`;
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await untilGone(pid, 5000)).toBe(true);
  });
});

describe.concurrent('a bad plan', () => {
  test('is refused with every problem named, and exit code 2', async () => {
    const child = spawnScript('main', undefined);
    child.stdin!.write(`${JSON.stringify({ ...shortPlan(80), window_s: 0, timeout_s: -1, surprise: 1 })}\n`);
    const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
    const message = JSON.parse(line) as LoadMessage;
    expect(message.type).toBe('error');
    expect(line).toMatch(/window_s.*timeout_s.*surprise/);
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(2);
  });

  test.each([
    ['a host without an address', { host: 'no-such-host.invalid' }, /no-such-host/],
    [
      'a request with a line break',
      { request: { ...GET_TEST, path: '/a\r\nX: b' } },
      /path of the request may hold only/,
    ],
    ['an expected body that is no JSON', { request: { ...GET_TEST, expect: { statuses: [200], json: '{' } } }, /JSON/],
  ])('%s is an error', async (_, change, says) => {
    await expect(run(shortPlan(80, change))).rejects.toThrow(says);
  });
});

describe.concurrent("the generator's own limits", () => {
  test('make a run void: too few file descriptors for the connections', async () => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const plan = shortPlan(server.port, { model: { kind: 'connections', connections: 80 }, window_s: 0.3 });
    const child = spawn('sh', ['-c', `ulimit -n 60; exec "${process.execPath}" "${ENGINE}"`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.write(`${JSON.stringify(plan)}\n`);
    const messages: LoadMessage[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => messages.push(JSON.parse(line) as LoadMessage));
    await once(child, 'close');
    const last = messages.at(-1);
    expect(last?.type).toBe('result');
    if (last?.type !== 'result') return;
    expect(last.result.void).toBe(true);
    expect(last.result.void_reasons.join()).toContain('EMFILE');
  });
});
