import { afterEach, describe, expect, it } from 'vitest';
import { deriveInPlace, type Derive } from '../../../src/api/derive.ts';
import { createDeriveThread, type DeriveThread } from '../../../src/api/derive-thread.ts';
import { PARTS } from '../../../src/api/documents.ts';
import type { ExperimentHead, TrialText } from '../../../src/api/experiment-facts.ts';
import { trialSummary } from '../../../src/core/summary/trial-summary.ts';
import { renderPage } from '../../../src/report/page.ts';
import { makeExperiment } from '../../fixtures/experiment-facts.ts';

const { trials, ...rest } = makeExperiment();
const head: ExperimentHead = { ...rest, host: null, baseline: null, judged: null };
/** Every second trial has a summary, the others their body. */
const texts: TrialText[] = trials.map(({ id, result }, i) =>
  i % 2 === 0
    ? { id, summary: JSON.stringify(trialSummary(result)), body: null }
    : { id, summary: null, body: JSON.stringify(result) },
);

async function* pages(failAfter = Number.POSITIVE_INFINITY): AsyncGenerator<TrialText[], void> {
  for (let i = 0; i < texts.length; i += 20) {
    if (i >= failAfter) throw new Error('the database went away');
    yield texts.slice(i, i + 20);
  }
}

const inPlace = deriveInPlace(renderPage);
const options = { live: null, generated_at: '2026-07-14T09:00:00Z' };

describe('the thread that makes documents', () => {
  let thread: DeriveThread;
  afterEach(() => thread.close());

  it('makes the same results, rows and page, byte for byte, as are made in place', async () => {
    thread = createDeriveThread();
    const all = async (derive: Derive) => {
      const results = await derive.results(head, pages());
      const parts = [];
      for (const part of PARTS) parts.push(await derive.part(results.text, part));
      const comparison = await derive.comparison(results.text, results.text);
      const { html_gzip, headers } = await derive.page(results.text, options);
      return { results, parts, comparison, headers, html: Buffer.from(html_gzip).toString('hex') };
    };
    expect(await all(thread)).toEqual(await all(inPlace));
  });

  it('goes on after a document that could not be made, and mixes no trials of one with those of another', async () => {
    thread = createDeriveThread();
    await expect(thread.results(head, pages(40))).rejects.toThrow('the database went away');
    await expect(thread.part('no JSON', 'cells.csv')).rejects.toThrow('JSON');
    const broken = (async function* () {
      yield [{ id: 'trl_1', summary: '{', body: null }];
    })();
    await expect(thread.results(head, broken)).rejects.toThrow('JSON');
    expect(await thread.results(head, pages())).toEqual(await inPlace.results(head, pages()));
  });

  it('makes one document after another when many are asked for, and sends away whoever comes too many', async () => {
    thread = createDeriveThread();
    const asked = await Promise.allSettled(
      Array.from({ length: 40 }, () => thread.part('{"trials":[]}', 'trials.csv')),
    );
    const refused = asked.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as { code: string }] : [],
    );
    expect(refused).toHaveLength(40 - 16);
    expect(new Set(refused.map((error) => error.code))).toEqual(new Set(['rate-limited']));
    expect(await thread.part('{"trials":[]}', 'trials.csv')).toEqual({ pieces: [], rows: 0 });
  });

  it('leaves nobody waiting when it is closed, and can be closed before it was started', async () => {
    thread = createDeriveThread();
    const { text } = await inPlace.results(head, pages());
    const asked = [thread.page(text, options), thread.page(text, options)];
    const outcomes = Promise.allSettled(asked);
    await thread.close();
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    await expect(thread.page(text, options)).rejects.toThrow('stopping');
    thread = createDeriveThread();
    await thread.close();
  });
});
