import { afterEach, describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const MODELS: readonly [name: string, model: LoadModel][] = [
  ['connections', { kind: 'connections', connections: 4 }],
  [
    'users',
    { kind: 'users', users: 20, think_time: { kind: 'uniform', lo_s: 0.05, hi_s: 0.1 }, ramp_users_per_s: 1000 },
  ],
];

const STALL_MS = 1000;
const WINDOW_S = 2.5;

afterEach(() => {
  delete process.env['NODE_OPTIONS'];
});

describe('a stalled generator', () => {
  // Beside each other: what is stopped is so whatever else runs.
  test.concurrent.each(MODELS)('that was stopped for a second is void (%s)', async (_, model) => {
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    let pid = 0;
    let resumed = Promise.resolve();
    const result = await run(shortPlan(server.port, { model, window_s: WINDOW_S }), {
      onStart: (started) => void (pid = started),
      onMessage: (message) => {
        if (message.type !== 'phase' || message.phase !== 'window') return;
        process.kill(pid, 'SIGSTOP');
        const { promise, resolve } = Promise.withResolvers<void>();
        resumed = promise;
        setTimeout(() => {
          process.kill(pid, 'SIGCONT');
          resolve();
        }, STALL_MS);
      },
    });
    await resumed;
    expect(result.void).toBe(true);
    expect(result.long_turns_share).toBeGreaterThan((0.9 * STALL_MS) / 1000 / WINDOW_S);
    expect(result.withheld).toContain('max');
    expect(result.void_reasons.join()).toContain('stood still');
  });

  test.each(MODELS)('whose loop is blocked 25 ms every 200 ms is void (%s)', async (_, model) => {
    const block = 'setInterval(()=>{const e=performance.now()+25;while(performance.now()<e);},200).unref()';
    process.env['NODE_OPTIONS'] = `--import data:text/javascript,${encodeURIComponent(block)}`;
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const result = await run(shortPlan(server.port, { model, window_s: 1 }));
    expect(result.void).toBe(true);
    expect(result.long_turns_share).toBeGreaterThan(0.05);
    expect(result.withheld).toContain('max');
  });
});
