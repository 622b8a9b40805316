import { expect, test } from 'vitest';
import { payloadAcrossTargets, payloadDrift } from '../../../src/core/validity/payload-drift.ts';
import { connectionsCell, makeCell, makeTrial, repeated } from '../../fixtures/cell-facts.ts';

const cell = connectionsCell(16, 1, 'fastapi');
const django = connectionsCell(16, 1, 'django');

test('bodies that grow by 6 % within the window make the trial invalid', () => {
  const trial = makeTrial({ cell }, { load: { body_bytes_mean_thirds: [100, 103, 106] } });
  expect(payloadDrift(trial)).toMatchObject([
    { rule: 'payload-drift', severity: 'INVALID', evidence: { first_third_bytes: 100, last_third_bytes: 106 } },
  ]);
});

test('bodies that change by 4 % do not, nor those of a window with failures, whose error pages have other sizes', () => {
  expect(payloadDrift(makeTrial({ cell }, { load: { body_bytes_mean_thirds: [100, 90, 104] } }))).toEqual([]);
  const failing = makeTrial({ cell, error_rate: 0.1 }, { load: { body_bytes_mean_thirds: [100, 150, 200] } });
  expect(payloadDrift(failing)).toEqual([]);
});

test('a target whose JSON has more white space gets a note, the compact one does not', () => {
  const compact = makeCell(repeated(cell, 3, { load: { body_bytes_mean: 19 } }));
  const spaced = makeCell(repeated(django, 3, { load: { body_bytes_mean: 20 } }));
  expect(payloadAcrossTargets([compact, spaced])).toMatchObject([
    { rule: 'payload-drift', severity: 'NOTE', cell: django.cell, trial: null, evidence: { least_target: 'fastapi' } },
  ]);
});

test('two deployments of one target are not compared, nor is a difference under 1 % worth a note', () => {
  const sized = (of: typeof cell, bytes: number) => makeCell(repeated(of, 3, { load: { body_bytes_mean: bytes } }));
  expect(payloadAcrossTargets([sized(cell, 1000), sized(connectionsCell(64), 1100)])).toEqual([]);
  expect(payloadAcrossTargets([sized(cell, 1000), sized(django, 1009)])).toEqual([]);
});
