/**
 * `npm run test:chaos`: kill -9, SIGSTOP/SIGCONT and cut connections of everything, until each possible pair of fault and phase has been
 * met as often as wanted. `--seed N` (default: drawn, and printed), `--faults N` in all, `--each N` for each pair, `--minutes N` at most,
 * `--tally FILE` counts over several runs. Ends with 0 when all of that was met and nothing lost, with 1 when anything was lost, and with 3
 * when time was over before: it says what is missing, and the next run with the same tally goes on from there.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { campaignText, runCampaign } from './campaign.ts';
import { Tally } from './tally.ts';
import { verdictOn } from './verdict.ts';

/** One world lives no longer, so that starting and stopping is tried too. */
const CAMPAIGN_S = 170;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
    faults: { type: 'string', default: '300' },
    each: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '60' },
    tally: { type: 'string' },
  },
});
const [faults, each, minutes] = [Number(values.faults), Number(values.each), Number(values.minutes)];
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
const tally = values.tally === undefined ? new Tally() : Tally.from(values.tally);
const began = performance.now();
const secondsLeft = (): number => minutes * 60 - (performance.now() - began) / 1000;
/** More would only show the same again. */
const MOST_BAD = 3;
let bad = 0;
for (
  let seed = Number(values.seed);
  secondsLeft() > 0 && bad < MOST_BAD && (tally.total < faults || tally.below(each).length > 0);
  seed += 1
) {
  say(`seed ${seed}`);
  const seconds = Math.min(CAMPAIGN_S, secondsLeft());
  const most = tally.below(each).length > 0 ? Infinity : faults - tally.total;
  const campaign = await runCampaign({ seed, faults: most, seconds, blocks: 2, calm: true, tally, goal: each, say });
  process.stdout.write(`${campaignText(campaign)}\n`);
  bad += campaign.problems.length > 0 ? 1 : 0;
  if (values.tally !== undefined) tally.save(values.tally);
}
process.stdout.write(`\n${tally.text()}\n\n${tally.total} faults\n`);
const { code, missing } = verdictOn({ bad, pairs: tally.below(each), faults: Math.max(0, faults - tally.total) });
for (const line of missing) process.stdout.write(`${line}\n`);
process.exitCode = code;
