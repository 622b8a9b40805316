import { describe, expect, test } from 'vitest';
import { missingCase, outcomeText, proofCase } from './proof.ts';

const bench = { signal: new AbortController().signal, serverCpus: [], generatorCpus: [] };
const of = (judge: (measured: number) => { passed: boolean; figures: string }) =>
  proofCase({ proof: 'T0', name: 'seven', isTiming: false, measure: () => Promise.resolve(7), judge });

describe('a case of a proof', () => {
  test('is passed or failed as its judge says, with the figures', async () => {
    const passed = await of((seven) => ({ passed: seven === 7, figures: `${seven}` })).run(bench);
    expect(outcomeText(passed)).toBe('T0 seven: passed: 7');
    const failed = await of((seven) => ({ passed: seven === 8, figures: `${seven}` })).run(bench);
    expect(failed).toMatchObject({ outcome: 'failed', repeats: 0 });
  });

  test('fails with an error where there is nothing to judge by', async () => {
    const broken = of(() => {
      throw new Error('no such request');
    });
    await expect(broken.run(bench)).rejects.toThrow('no such request');
  });

  test('whose tool is missing is not judged, and says why', async () => {
    const outcome = await missingCase('T0', 'beside a tool', 'it is not installed').run(bench);
    expect(outcomeText(outcome)).toBe('T0 beside a tool: not judged: it is not installed');
  });
});
