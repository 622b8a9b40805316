import { expect, test } from 'vitest';
import { generatorLag } from '../../../src/core/validity/generator-lag.ts';
import { connectionsCell, makeTrial } from '../../fixtures/cell-facts.ts';

const cell = connectionsCell();

test('a punctual generator is not mentioned', () => {
  expect(generatorLag(makeTrial({ cell }))).toEqual([]);
});

test('a withheld percentile makes the trial suspect and says which and why', () => {
  const requests = makeTrial({ cell, median_ms: 20 }).load.requests;
  const load = {
    withheld: ['p99' as const, 'p999' as const, 'max' as const],
    contaminated: Math.round(requests * 0.004),
  };
  const [finding] = generatorLag(makeTrial({ cell, median_ms: 20 }, { load }));
  expect(finding).toMatchObject({ severity: 'SUSPECT', trial: '1/1' });
  expect(finding?.says).toBe(
    'The generator was late for 0.4 % of the requests, too many to vouch for p99, p999 and max.',
  );
});

test('one late request withholds the maximum, which is a note', () => {
  const load = { withheld: ['max' as const], contaminated: 1 };
  expect(generatorLag(makeTrial({ cell }, { load }))).toMatchObject([{ severity: 'NOTE' }]);
});

test('a run that the engine declared void is invalid, with its reasons', () => {
  const load = {
    void: true,
    void_reasons: ['turns over 20 ms filled 1.2 % of the window'],
    withheld: ['p95' as const],
  };
  const findings = generatorLag(makeTrial({ cell }, { load }));
  expect(findings).toMatchObject([{ severity: 'INVALID' }]);
  expect(findings[0]?.says).toContain('turns over 20 ms filled 1.2 % of the window');
});
