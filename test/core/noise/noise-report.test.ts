import { describe, expect, it } from 'vitest';
import { noiseReport, type NoiseTrial } from '../../../src/core/noise/noise-report.ts';

function trials(a: readonly number[], b: readonly number[], over: (i: number) => Partial<NoiseTrial> = () => ({})) {
  const side = (name: 'a' | 'b', values: readonly number[]) =>
    values.map((throughput_rps, i): NoiseTrial => ({
      block: i + 1,
      side: name,
      throughput_rps,
      latency_mean_ms: 16_000 / throughput_rps,
      latency_p95_ms: 20_000 / throughput_rps,
      void: false,
      ...over(i),
    }));
  return [...side('a', a), ...side('b', b)];
}

/** The vector of S4: paired 1.933847 (1.884255, 1.984745). */
const A = [37.1, 37.8, 38.6];
const B = [19.1, 19.4, 20.2];
const STEADY = [100, 101, 99, 100.5, 99.5];
const NEARLY = [100.2, 100.7, 99.3, 100.4, 99.4];

describe('the noise of a host', () => {
  it('is what the differences of equal servers vary by, and what that hides', () => {
    const [throughput, latency] = noiseReport(trials(STEADY, NEARLY)).metrics;
    const logs = STEADY.map((x, i) => Math.log(x / NEARLY[i]!));
    const mean = logs.reduce((sum, x) => sum + x, 0) / 5;
    const sd = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4);
    expect(throughput).toMatchObject({ metric: 'throughput_rps', verdict: 'equivalent', reason: null });
    expect(throughput!.sd_ln).toBeCloseTo(sd, 12);
    // t(0.975, 4) = 2.776445, t(0.80, 4) = 0.940965.
    expect(throughput!.smallest_visible).toBeCloseTo(
      1.03 * Math.exp(((2.776445 + 0.940965) * sd) / Math.sqrt(5)) - 1,
      6,
    );
    expect(throughput!.repetitions).toEqual([
      { effect: 0.05, needed: 3 },
      { effect: 0.1, needed: 3 },
    ]);
    expect(latency!.ratio).toBeCloseTo(throughput!.ratio!, 12);
  });

  it('is a false alarm where equal servers are called different', () => {
    expect(noiseReport(trials(STEADY, NEARLY)).false_alarm).toBe(false);
    const report = noiseReport(trials(A, B));
    expect(report).toMatchObject({ blocks: 3, void_trials: 0, false_alarm: true });
    expect(report.metrics[0]!.ratio).toBeCloseTo(1.933847, 5);
  });

  it('counts no run that the engine will not vouch for, and says nothing of fewer than three blocks', () => {
    const report = noiseReport(trials(A, B, (i) => ({ void: i === 0 })));
    expect(report).toMatchObject({ void_trials: 2, false_alarm: false });
    expect(report.metrics[0]).toMatchObject({
      ratio: null,
      smallest_visible: null,
      reason: 'too-few',
      repetitions: [],
    });
  });

  it('leaves out a latency that is withheld, and keeps the throughput', () => {
    const report = noiseReport(trials(STEADY, NEARLY, () => ({ latency_p95_ms: null })));
    expect(report.metrics.map(({ ratio }) => ratio === null)).toEqual([false, false, true]);
  });

  it('needs more blocks the more they vary, or more than a spec may have', () => {
    const wild = noiseReport(trials([100, 130, 80, 120, 90], [110, 90, 125, 85, 115])).metrics[0]!;
    expect(wild.repetitions[0]).toEqual({ effect: 0.05, needed: null });
    expect(wild.smallest_visible).toBeGreaterThan(0.3);
  });
});
