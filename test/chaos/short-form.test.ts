import { expect, it } from 'vitest';
import { campaignText, runCampaign } from './campaign.ts';
import { Tally } from './tally.ts';

/** The long form is `npm run test:chaos`. With this variable the short one draws other faults. */
const SEED = Number(process.env['BENCHWRIGHT_CHAOS_SEED'] ?? 1);
const SHORT = { faults: Infinity, goal: 1, seconds: 12, blocks: 1, calm: false } as const;
/** A machine that is slow has fewer; without any the test would prove nothing. */
const LEAST_FAULTS = 5;

it('loses no trial and stores none twice while everything is killed, frozen and cut off, and leaves nothing behind', async () => {
  const tally = new Tally();
  const campaign = await runCampaign({ ...SHORT, seed: SEED, tally, say: () => undefined });
  process.stdout.write(`${campaignText(campaign)}\n${tally.text()}\n`);
  expect(campaign.problems).toEqual([]);
  expect(campaign.faults.length).toBeGreaterThanOrEqual(LEAST_FAULTS);
});
