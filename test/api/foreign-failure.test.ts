import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAnswer } from '../../src/core/contract-answer.ts';
import { MAX_TRIAL_BYTES } from '../../src/core/runner-protocol.ts';
import { type TrialFailure, type TrialResult, trialResultSchema } from '../../src/core/trial-result.ts';
import { parseBody } from '../../src/api/body.ts';
import { skippedFor } from '../../src/runner/failed-twice.ts';
import { TrialFault } from '../../src/runner/trial-fault.ts';
import { failedResult, skippedResult } from '../../src/runner/trial-record.ts';
import { rejectedResult } from '../../src/runner/upload.ts';

const KEY = { cell: 'a.w1.c1', block: 1, run: 1 };
const FACTS = {
  ...KEY,
  trialId: 'trial',
  interface: null,
  versions: null,
  host: null,
  probe_service_ms: null,
  floor: null,
};

/** UTF-16 units one by one: NULs, controls and halves of characters come often. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat(0xffff)), {
    maxLength: 2_500,
    size: 'max',
  })
  .map((units) => units.map((unit) => String.fromCharCode(unit)).join(''));

/** As the service reads it: the failure that it would store. */
async function taken(result: TrialResult): Promise<TrialFailure | null> {
  const request = new Request('http://localhost/', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(result),
  });
  const { value } = await parseBody(request, { maxBytes: MAX_TRIAL_BYTES, types: ['json'] });
  return trialResultSchema.parse(value).failure;
}

describe('a failure with text from outside', () => {
  it('is taken by the service with its reason, whatever a target has said', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const failed = failedResult(FACTS, new TrialFault('contract', 'contract-mismatch', text));
        expect(await taken(failed)).toMatchObject({ reason: 'contract-mismatch' });
        if (failed.failure === null) throw new Error('a failed result without a failure');
        const skipped = skippedResult(FACTS, skippedFor({ ...failed.failure, says: text }, 'a'));
        expect(await taken(skipped)).toMatchObject({ reason: 'contract-mismatch' });
      }),
    );
  });

  it('is taken, whatever the service said of the result that it refused', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const rejected = rejectedResult(KEY, undefined, text);
        expect(await taken(rejected)).toMatchObject({ reason: 'upload-rejected' });
      }),
    );
  });

  it('shows where a body had a NUL or an emoji at the place where it is cut', async () => {
    for (const body of ['a\0b', `${'x'.repeat(299)}🧀`]) {
      const given = { status: 200, headers: {}, body };
      const { mismatch } = checkAnswer({ request: 'GET /', expect: { status: 204 } }, given, {});
      expect(mismatch?.isWellFormed()).toBe(true);
      const failed = failedResult(FACTS, new TrialFault('contract', 'contract-mismatch', mismatch ?? ''));
      expect(await taken(failed)).toMatchObject({ says: mismatch });
      expect(mismatch).toMatch(/got 200 with the body (?:a\ufffdb|x{299}…)$/);
    }
  });
});
