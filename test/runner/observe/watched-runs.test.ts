import { describe, expect, it } from 'vitest';
import type { Snapshot } from '../../../src/runner/observe/snapshot.ts';
import { WatchedRuns } from '../../../src/runner/observe/watched-runs.ts';

function at(at_ms: number): Snapshot {
  const host = { all: { work: 0, busy: 0, steal: 0, total: 0 }, cores: [] };
  return { at_ms, host, server: [], generator: [], own: [], load_1m: 0, tcp: null };
}

/** A run of 5 s that began at `origin_ms`: its window is from its second to its fourth. */
function run(runs: WatchedRuns, origin_ms: number): void {
  runs.began(origin_ms);
  for (let second = 0; second <= 5; second += 1) {
    runs.second(at(origin_ms + second * 1000));
    if (second === 2) runs.phase('window', at(origin_ms + 2000));
    if (second === 4) runs.phase('drain', at(origin_ms + 4000));
  }
}

function told(runs: WatchedRuns) {
  const { origin_ms, windowStart, windowEnd, seconds } = runs.told();
  return { origin_ms, from: windowStart?.at_ms, to: windowEnd?.at_ms, seconds: seconds.length };
}

describe('the runs of a trial', () => {
  it('are one for most: what is told is all of it', () => {
    const runs = new WatchedRuns();
    run(runs, 1000);
    expect(told(runs)).toEqual({ origin_ms: 1000, from: 3000, to: 5000, seconds: 6 });
  });

  it('are many for a search, of which the last that passed is told, on its own clock', () => {
    const runs = new WatchedRuns();
    run(runs, 1000);
    runs.judged('passed');
    runs.begin();
    run(runs, 11_000);
    runs.judged('passed');
    // Until the next step the server is watched on, and looked at by one connection whether it has drained.
    runs.second(at(17_000));
    runs.begin();
    runs.second(at(18_000));
    runs.begin();
    run(runs, 21_000);
    runs.judged('failed');
    expect(told(runs)).toEqual({ origin_ms: 11_000, from: 13_000, to: 15_000, seconds: 6 });
  });

  it('that no step passed of end with the last', () => {
    const runs = new WatchedRuns();
    run(runs, 1000);
    runs.judged('failed');
    runs.begin();
    run(runs, 11_000);
    runs.judged('undecided');
    expect(told(runs)).toMatchObject({ origin_ms: 11_000, from: 13_000 });
  });

  it('that were never begun have nothing', () => {
    expect(told(new WatchedRuns())).toEqual({ origin_ms: 0, from: undefined, to: undefined, seconds: 0 });
  });
});
