import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CaseOutcome, Proof } from './proof.ts';
import { exitCodeOf, markdown } from './table.ts';
import { circumstancesOf, ProofTally } from './tally.ts';

const proof = (id: string): Proof => ({ id, claim: `claim |${id}|`, passes: 'it is so', cases: () => [] });
const PROOFS = ['T1', 'T2', 'T3'].map(proof);
const outcomeOf = (change: Partial<CaseOutcome>): CaseOutcome => ({
  proof: 'T1',
  name: 'a case',
  outcome: 'passed',
  repeats: 0,
  figures: 'p50 1 ms',
  ...change,
});
const circumstances = { at: '2026-01-02T03:04:05.678Z', host: 'A processor, 2 cores', form: 'full' } as const;
const tallied = (...cases: CaseOutcome[]) => ({
  circumstances,
  cases: cases.map((each) => ({ type: 'case', seconds: 60, ...each }) as const),
});

describe('the table of the proofs', () => {
  test('has a row for each that was run, the figures of every case, and where and when', () => {
    const text = markdown(tallied(outcomeOf({}), outcomeOf({ proof: 'T3', repeats: 2 })), PROOFS);
    expect(text).toContain('| T1 | claim \\|T1\\| | it is so | 1 | passed |');
    expect(text).not.toContain('T2');
    expect(text).toContain('- T3, a case: p50 1 ms');
    expect(text).toContain(
      '2026-01-02T03:04 UTC, A processor, 2 cores; full forms, 2 minutes; 2 disturbed measurements repeated.',
    );
  });

  test('never calls passed what failed or was not judged', () => {
    const text = markdown(
      tallied(outcomeOf({}), outcomeOf({ outcome: 'failed' }), outcomeOf({ outcome: 'not judged' })),
      PROOFS,
    );
    expect(text).toContain('| 3 | 1 failed, 1 not judged, 1 passed |');
    expect(text).toContain('- T1, a case: **failed**: p50 1 ms');
  });

  test('says so when there is nothing', () => {
    expect(markdown({ circumstances: null, cases: [] }, PROOFS)).toBe('The proofs have not been run yet.');
  });
});

describe('how the program ends', () => {
  test('is 0 only when all were judged and passed', () => {
    const [passed, failed, open] = (['passed', 'failed', 'not judged'] as const).map((outcome) =>
      outcomeOf({ outcome }),
    );
    expect(exitCodeOf([passed!, passed!])).toBe(0);
    expect(exitCodeOf([passed!, open!])).toBe(3);
    expect(exitCodeOf([passed!, open!, failed!])).toBe(1);
    expect(exitCodeOf([])).toBe(3);
  });
});

describe('the file of a run', () => {
  test('holds its figures line by line, and those of no run before', () => {
    const folder = mkdtempSync(join(tmpdir(), 'benchwright-proofs-'));
    try {
      const tally = new ProofTally(join(folder, 'results', 'proofs.jsonl'));
      expect(tally.read()).toEqual({ circumstances: null, cases: [] });
      tally.begin(circumstancesOf('short'));
      tally.add({ type: 'case', seconds: 1, ...outcomeOf({}) });
      tally.begin(circumstances);
      tally.add({ type: 'case', seconds: 60, ...outcomeOf({ name: 'another' }) });
      expect(tally.read()).toMatchObject({ circumstances, cases: [{ name: 'another' }] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
