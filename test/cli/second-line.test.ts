import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { getRoot, type LoadModel } from '../../src/core/load-plan.ts';
import type { CapacityProbe, LoadMessage, SecondRow } from '../../src/core/load-result.ts';
import { offeredRps } from '../../src/cli/load/offered-rate.ts';
import { secondLine } from '../../src/cli/load/second-line.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

const pool = { arrivals: 'constant', connections: 10, max_connections: 10 } as const;
const stages: LoadModel = {
  kind: 'stages',
  stages: [
    { from_rps: 100, to_rps: 100, for_s: 2 },
    { from_rps: 100, to_rps: 300, for_s: 4 },
  ],
  ...pool,
};
const search: LoadModel = {
  kind: 'capacity',
  limit: { quantile: 0.95, latency_ms: 50, error_rate: 0.01 },
  start_rps: 100,
  ...pool,
};
const probe: CapacityProbe = {
  rate_rps: 100,
  window_s: 10,
  outcome: 'passed',
  requests: 1000,
  over_limit: 0,
  failed: 0,
  over_limit_lo: 0,
  over_limit_hi: 0.01,
  error_rate_lo: 0,
  error_rate_hi: 0.01,
};

function second(t_s: number, phase: SecondRow['phase'], change: Partial<SecondRow> = {}): LoadMessage {
  const times = { mean_ms: null, p50_ms: null, p95_ms: null, p99_ms: null, max_ms: null };
  const rest = { answered: 0, failed: 0, bytes: 0, users: 0, in_flight: 0, generator_busy: 0, gc_ms: 0 };
  return { type: 'second', second: { t_s, phase, ...times, ...rest, ...change } };
}

const request = getRoot(null);

/** What is written of messages: over the second line, and as notes. `steps`: of each iteration. */
function shown(
  model: LoadModel,
  messages: readonly LoadMessage[],
  { isInteractive = true, steps = 1 } = {},
): { line: string; notes: string[] } {
  let line = '';
  const stream = new Writable({
    write: (chunk, _, done) => {
      line += String(chunk);
      done();
    },
  });
  const notes: string[] = [];
  const note = (text: string): void => void notes.push(text);
  const terminal: Terminal = { isInteractive, color: false, width: 100, columns: null, print: note, note };
  const workload = [{ weight: 1, steps: Array.from({ length: steps }, () => request) }];
  const written = secondLine(terminal, stream, { model, workload });
  for (const message of messages) written.show(message);
  written.clear();
  return { line, notes };
}

describe('the line of a running load', () => {
  it('is written over each second, and away at the end', () => {
    const row = second(3, 'window', { answered: 1200, p99_ms: 2.1, failed: 4 });
    const { line, notes } = shown({ kind: 'connections', connections: 5 }, [row]);
    expect(line).toBe('\r\u001B[K4 s  window  1,200 answers  p99 2.10 ms  4 failed\r\u001B[K');
    expect(notes).toEqual([]);
  });

  it('says of an open load what was planned beside what was answered', () => {
    const begun: LoadMessage = { type: 'phase', phase: 'window', t_s: 1 };
    const messages = [second(0, 'warmup', { answered: 99 }), begun, second(4, 'window', { answered: 90 })];
    const { line } = shown(stages, messages);
    expect(line).toContain('1 s  warmup  99 answers of 100 planned');
    // Three and a half seconds after the window began, a second and a half into the second stage.
    expect(line).toContain('5 s  window  90 answers of 175 planned');
  });

  it('says nothing of a plan where each iteration is several requests, or where all have been planned', () => {
    expect(shown(stages, [second(0, 'warmup')], { steps: 2 }).line).not.toContain('planned');
    expect(shown(stages, [second(9, 'drain')]).line).not.toContain('planned');
  });

  it('says of a search which rate is tried', () => {
    const failed: LoadMessage = { type: 'probe', probe: { ...probe, rate_rps: 200, outcome: 'failed' } };
    const row = second(0, 'warmup', { answered: 98 });
    const { line } = shown(search, [row, { type: 'probe', probe }, row, failed, row]);
    // 100/s passed, 200/s failed: next is their geometric mean.
    for (const tried of ['100', '200', '141'])
      expect(line).toContain(`trying ${tried}/s  1 s  warmup  98 answers of ${tried} planned`);
  });

  it('is no line where there is no terminal, but one for each step of a search', () => {
    const messages: LoadMessage[] = [second(0, 'window'), { type: 'probe', probe }];
    expect(shown(search, messages, { isInteractive: false })).toEqual({ line: '', notes: ['100/s for 10 s: passed'] });
  });
});

describe('the rate that is offered', () => {
  it('is that of the stage at its time, the first one before and none after', () => {
    const at = [-5, 0, 1.9, 2, 4, 6].map((t_s) => offeredRps(stages, t_s));
    expect(at).toEqual([100, 100, 100, 100, 200, 300]);
    expect(offeredRps(stages, 6.1)).toBe(0);
  });

  it('is null in a closed loop, and in a search, whose steps have rates of their own', () => {
    expect(offeredRps({ kind: 'connections', connections: 1 }, 1)).toBeNull();
    expect(offeredRps(search, 1)).toBeNull();
  });
});
