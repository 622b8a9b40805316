import { describe, expect, test } from 'vitest';
import { always } from '../../src/core/load-plan.ts';
import { failedCount, failureClasses, GET_TEST, run, shortPlan } from './plans.ts';
import { OK_ANSWER, type Script, startScriptedServer } from './scripted-server.ts';

/** Ends each connection after three answers, without announcing it: what a keep-alive limit looks like from outside. */
const endsAfterThree: Script = (socket, _, nOnSocket) => {
  if (nOnSocket < 3) socket.write(OK_ANSWER);
  else socket.write(OK_ANSWER, () => socket.resetAndDestroy());
};

describe.concurrent('a kept connection that the server closed', () => {
  test('is counted, and its idempotent request sent once more on a new one', async () => {
    await using server = await startScriptedServer(endsAfterThree);
    const result = await run(shortPlan(server.port));
    expect(failedCount(result)).toBe(0);
    expect(result.stale_connections).toBeGreaterThan(0);
    expect(result.ok).toBeGreaterThan(0);
    expect(result.sent_total).toBe(server.requests());
  });

  test('fails a request that must not be repeated', async () => {
    await using server = await startScriptedServer(endsAfterThree);
    const plan = shortPlan(server.port);
    const result = await run({ ...plan, workload: always({ ...GET_TEST, method: 'POST' }) });
    expect(failureClasses(result)).toEqual(['reset']);
    expect(result.stale_connections).toBeGreaterThan(0);
  });

  test('while the user thinks costs the next request a connection, not an error', async () => {
    await using server = await startScriptedServer((socket) => {
      socket.write(OK_ANSWER, () => setTimeout(() => socket.end(), 10));
    });
    const result = await run(
      shortPlan(server.port, {
        model: { kind: 'users', users: 4, think_time: { kind: 'constant', s: 0.1 }, ramp_users_per_s: 100 },
        window_s: 0.8,
      }),
    );
    expect(failedCount(result)).toBe(0);
    expect(result.stale_connections).toBeGreaterThan(4);
    expect(result.sent_total).toBe(server.requests());
  });
});
