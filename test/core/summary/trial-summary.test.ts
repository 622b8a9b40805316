import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RESULTS_VERSION, summarise as summariseFacts } from '../../../src/core/summary/summarise.ts';
import { trialSummary } from '../../../src/core/summary/trial-summary.ts';
import { connectionsCell } from '../../fixtures/cell-facts.ts';
import { factsOf, makeExperiment, summarise } from '../../fixtures/experiment-facts.ts';
import { makeFailedTrial, makeTrialResult } from '../../fixtures/trial-result.ts';

const cell = connectionsCell();

describe('the summary of a trial', () => {
  it('has no histogram, no series and no output, and is a small part of the trial', () => {
    const result = makeTrialResult({ cell, block: 1, window_s: 60 });
    const text = JSON.stringify(trialSummary(result));
    expect(text).not.toContain(result.load!.histograms.latency.slice(0, 40));
    expect(text).not.toContain('in_flight');
    expect(text.length).toBeLessThan(JSON.stringify(result).length / 8);
    const failed = makeFailedTrial({ cell, block: 1 });
    expect(JSON.stringify(trialSummary(failed))).not.toContain('ModuleNotFoundError');
  });

  it('says how many rows the views have of it', () => {
    const result = makeTrialResult({ cell, block: 1, window_s: 4, warmup_s: 1 });
    expect(trialSummary(result).rows).toEqual({ requests: 1, seconds: 5 });
    expect(trialSummary(makeFailedTrial({ cell, block: 1 })).rows).toEqual({ requests: 0, seconds: 0 });
    // What counts them reads the head of the text alone.
    expect(JSON.stringify(trialSummary(result))).toMatch(/^\{"rows":\{"requests":1,"seconds":5\},/);
  });

  it('keeps what the cores beside the measured ones did in the window', () => {
    const result = makeTrialResult({ cell, block: 1, window_s: 2, warmup_s: 1 });
    const seconds = result.observation!.seconds.map((second, i) => ({ ...second, cores_busy: [1, 0.1 * i, 1, 1] }));
    const host = { ...result.host!, server_cpus: [0, 2], generator_cpus: [3] };
    const changed = { ...result, host, observation: { ...result.observation!, seconds } };
    // The window is seconds 1 and 2.
    expect(trialSummary(changed).observation?.busy_elsewhere).toBeCloseTo(0.15, 12);
    expect(trialSummary({ ...result, load: null }).observation?.busy_elsewhere).toBeNull();
  });
});

describe('results from stored summaries', () => {
  it('are byte for byte those from the trials themselves', () => {
    const stored = makeExperiment();
    const facts = factsOf(stored);
    const read = { ...facts, trials: JSON.parse(JSON.stringify(facts.trials)) as typeof facts.trials };
    expect(JSON.stringify(summariseFacts(read))).toBe(JSON.stringify(summarise(stored)));
  });

  it('are those of their version: other ones need another RESULTS_VERSION, or stored ones are taken for them', () => {
    const text = JSON.stringify(summarise(makeExperiment()));
    const digest = createHash('sha256').update(text).digest('hex');
    expect([RESULTS_VERSION, digest]).toEqual([5, '2b6de19877fff18d6698cc60b584b37271cda30b75167e4e2f5e9c01a0a55fa4']);
  });
});
