import { describe, expect, test } from 'vitest';
import type { LoadModel } from '../../src/core/load-plan.ts';
import { run, shortPlan } from './plans.ts';
import { OK_ANSWER, startScriptedServer } from './scripted-server.ts';

const search: LoadModel = {
  kind: 'capacity',
  limit: { quantile: 0.9, latency_ms: 30, error_rate: 0.05 },
  start_rps: 4,
  arrivals: 'constant',
  connections: 10,
  max_connections: 300,
};

describe('a capacity search', () => {
  test('that is aborted while the server drains has what it found by then', async () => {
    const stop = new AbortController();
    let steps = 0;
    await using server = await startScriptedServer((socket) => void socket.write(OK_ANSWER));
    const model = { ...search, start_rps: 200 };
    const result = await run(shortPlan(server.port, { model, warmup_s: 0.2, window_s: 0.5 }), {
      signal: stop.signal,
      onMessage: (message) => {
        if (message.type === 'probe') steps += 1;
        // The run after the first step is a look at whether the server has drained.
        if (message.type === 'phase' && message.phase === 'ramp' && steps === 1) stop.abort();
      },
    });
    expect(result.capacity).toMatchObject({ ended: 'stopped', probes: [{ rate_rps: 200 }] });
  });
});
