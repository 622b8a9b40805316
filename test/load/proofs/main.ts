/**
 * `npm run test:proofs`: the proofs T1–T17 of the load engine in their full form, some twenty minutes, alone on this machine. `--only
 * T1,T3` some of them, `--short` in the form of `npm test`; `--tally FILE` (default results/proofs.jsonl) keeps the figures. `--markdown`
 * only prints what the tally says, `--write-docs` puts that into docs/engine.md after the run; with `--markdown` without one. Ends with 0
 * when all were judged and passed, 1 when one failed, 3 when one could not be judged.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { interruptSignal } from '../../../src/cli/interrupt.ts';
import { holdMeasureLock } from '../../measure-lock.ts';
import { insertBetweenMarks } from '../../validity/insert-docs.ts';
import { ownBench } from './own-bench.ts';
import { type CaseOutcome, type Form, outcomeText, type ProofCase } from './proof.ts';
import { casesOf, PROOFS } from './proofs.ts';
import { exitCodeOf, markdown } from './table.ts';
import { circumstancesOf, ProofTally } from './tally.ts';

const DOCS = fileURLToPath(new URL('../../../docs/engine.md', import.meta.url));

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    short: { type: 'boolean', default: false },
    tally: { type: 'string', default: 'results/proofs.jsonl' },
    markdown: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

/** An error is a failed proof, not the end of the others. */
async function outcomeOf(one: ProofCase, signal: AbortSignal): Promise<CaseOutcome> {
  try {
    return await one.run(ownBench(signal));
  } catch (error) {
    signal.throwIfAborted();
    const figures = error instanceof Error ? error.message : String(error);
    return { proof: one.proof, name: one.name, outcome: 'failed', repeats: 0, figures };
  }
}

async function measure(tally: ProofTally, form: Form): Promise<void> {
  using interrupt = interruptSignal();
  const { signal } = interrupt;
  const only = values.only.split(',').filter((id) => id !== '');
  const unknown = only.filter((id) => !PROOFS.some((proof) => proof.id === id));
  if (unknown.length > 0) throw new Error(`--only: there is no proof ${unknown.join(', ')}`);
  await using _ = await holdMeasureLock(signal);
  tally.begin(circumstancesOf(form));
  for (const one of casesOf(form, only)) {
    const begun = performance.now();
    const outcome = await outcomeOf(one, signal);
    signal.throwIfAborted();
    tally.add({ type: 'case', seconds: (performance.now() - begun) / 1000, ...outcome });
    say(outcomeText(outcome));
  }
}

try {
  const tally = new ProofTally(values.tally);
  if (!values.markdown) await measure(tally, values.short ? 'short' : 'full');
  const text = markdown(tally.read(), PROOFS);
  process.stdout.write(`${text}\n`);
  if (values['write-docs']) writeFileSync(DOCS, insertBetweenMarks(readFileSync(DOCS, 'utf8'), text, 'proofs'));
  process.exitCode = exitCodeOf(tally.read().cases);
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 2;
}
