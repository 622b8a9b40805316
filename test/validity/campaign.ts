import { holdMeasureLock } from '../measure-lock.ts';
import { makeApplication } from './application.ts';
import { outcomeOf } from './counts.ts';
import { type Gate, withGate } from './gate-run.ts';
import { KINDS } from './kinds.ts';
import { makePlan } from './make-plan.ts';
import { designOf, iterationsOf, kindOfRun, type Plan, seedOfRun } from './plan.ts';
import { type RunRecord, runRecord } from './run-record.ts';
import type { Tally } from './tally.ts';

export interface CampaignOptions {
  /** Everything of the campaign but the tally is in it. */
  readonly folder: string;
  readonly tally: Tally;
  /** Of each kind, with those that are in the tally. 0: only the plan is made. */
  readonly runs: number;
  /** After so many no run is begun. */
  readonly minutes: number;
  /** Both of a plan that is yet to be made. */
  readonly seed: number;
  readonly most_s: number;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Makes the plan where there is none, then the runs that are missing, each into the tally as soon as it is judged. */
export async function campaign(options: CampaignOptions): Promise<void> {
  const { folder, tally, runs, minutes, seed, most_s, signal, say } = options;
  const application = makeApplication(folder);
  const time = AbortSignal.timeout(minutes * 60_000);
  await withGate({ folder, application, signal, alone: holdMeasureLock, say }, async (gate) => {
    const plan = tally.read().plan ?? (await makePlan({ gate, head: application.head, seed, most_s, say }));
    if (tally.read().plan === null) tally.add({ type: 'plan', ...plan });
    for (let index = tally.read().runs.length; index < runs * KINDS.length && !time.aborted; index += 1) {
      const record = await oneRun({ gate, head: application.head, plan, index, began: () => tally.add(begun(index)) });
      tally.add({ type: 'run', ...record });
      say(runText(record));
    }
  });
}

const begun = (index: number) => ({ type: 'began', index, at: new Date().toISOString() }) as const;

interface OneRun {
  readonly gate: Gate;
  readonly head: (iterations: number) => string;
  readonly plan: Plan;
  readonly index: number;
  readonly began: () => void;
}

async function oneRun({ gate, head, plan, index, began }: OneRun): Promise<RunRecord> {
  const kind = kindOfRun(index, plan.seed);
  const design = designOf(plan, kind);
  const commit = head(iterationsOf(plan, kind));
  const { repetitions, window_s } = design;
  const order = { head: commit, repetitions, window_s, seed: seedOfRun(index, plan.seed) };
  const record = runRecord(index, kind.kind, design, await gate.measure(order, began));
  if (record.host_digest !== null && record.host_digest !== plan.host.digest)
    throw new Error(`the tally is of another host (${plan.host.text}): begin a new one with --tally FILE`);
  return record;
}

function runText({ index, kind, verdict, head, ratio, lo, hi, seconds, cost, trials }: RunRecord): string {
  const outcome = outcomeOf({ verdict, head });
  const [of, from, to] = [ratio, lo, hi].map((value) => value?.toFixed(3) ?? '?');
  const { again, noisy, planned } = trials;
  const about = `CPU ${cost?.ratio.toFixed(3) ?? '?'}, ${seconds.toFixed(0)} s, trials ${planned} + ${again} again, ${noisy} noisy`;
  return `run ${index + 1} ${kind}: ${outcome} ${of} (${from}–${to}); ${about}`;
}
