import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { auditLeftovers, auditStored, lostJobs } from './audit.ts';
import { Driver, type Fault } from './driver.ts';
import type { Tally } from './tally.ts';
import { forget, startWorld, type World } from './world.ts';

export interface CampaignOptions {
  readonly seed: number;
  /** It ends with the experiment in which there have been so many faults, or so many seconds. */
  readonly faults: number;
  readonly seconds: number;
  /** The longest repetition of an experiment: 1 or 2 blocks. */
  readonly blocks: 1 | 2;
  /** One more experiment at the end, in peace. */
  readonly calm: boolean;
  /** Counts all faults, of other campaigns too; the next one comes where they are furthest from `goal` for each pair. */
  readonly tally: Tally;
  readonly goal: number;
  readonly say: (line: string) => void;
}

export interface Campaign {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** How the experiments ended, and how many so. */
  readonly ends: ReadonlyMap<string, number>;
  /** Empty: nothing was lost. */
  readonly problems: readonly string[];
  /** Where the logs are; null: all went well, and they are deleted. */
  readonly folder: string | null;
}

/** From two faults in a row, backoff and crash recovery included, anything is back long before. */
const END_DEADLINE_MS = 150_000;

/** Starts everything, runs small experiments one after the other while faults happen, and looks at what is left. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { seed, tally, goal, say } = options;
  const world = await startWorld({ seed });
  const random = seededRandom(seed, 'faults');
  const onFault = ({ kind, phase, what }: Fault): void => say(`${kind} × ${phase}: ${what}`);
  const driver = new Driver(world, { tally, goal, random, onFault });
  const problems: string[] = [];
  const ends = new Map<string, number>();
  try {
    await registered(world);
    const time = AbortSignal.timeout(Math.ceil(options.seconds * 1000));
    time.addEventListener('abort', () => driver.stop());
    driver.start();
    const one = () => oneExperiment(world, driver, smallSpec(random, options.blocks), ends);
    while (!time.aborted && driver.faults.length < options.faults) await one();
    driver.stop();
    // What is broken for good shows now.
    if (options.calm) await one();
    problems.push(...(await auditStored(world)));
    for (const line of await lostJobs(world)) say(`runner lost: ${line}`);
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    driver.stop();
    await world.stop();
  }
  for (const { incidents } of [world.database, world.api, world.runner]) problems.push(...incidents);
  problems.push(...(await auditLeftovers(world)));
  if (problems.length === 0) forget(world);
  return { seed, faults: driver.faults, ends, problems, folder: problems.length === 0 ? null : world.folder };
}

async function registered({ events }: World): Promise<void> {
  while (!events.some((event) => event.type === 'session-opened')) await delay(20);
}

async function oneExperiment(world: World, driver: Driver, spec: object, ends: Map<string, number>): Promise<void> {
  driver.newExperiment();
  world.phases.queued();
  const id = await world.service.submit(spec, { 'Idempotency-Key': randomUUID() });
  const { status, reason } = await world.service.ended(id, END_DEADLINE_MS);
  const end = reason === null ? status : `${status}: ${reason}`;
  ends.set(end, (ends.get(end) ?? 0) + 1);
}

/** 2 to 4 trials of 1 s: the shortest window that a spec may ask for. */
function smallSpec(random: Random, blocks: 1 | 2): object {
  const repetitions = random() < 0.5 ? 1 : blocks;
  return {
    name: 'Under faults',
    deployments: [{ id: 'steady', target: 'steady', server: 'steady' }],
    load: [{ model: 'closed', connections: [1, 2] }],
    repetitions,
    warmup_s: 0.2,
    window_s: 1,
    timeout_s: 1,
  };
}

/** For people: what happened, how the experiments ended, what is wrong, and how to see it again. */
export function campaignText({ seed, faults, ends, problems, folder }: Campaign): string {
  const ended = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
  const head = `seed ${seed}: ${faults.length} faults; experiments: ${ended}`;
  if (problems.length === 0) return `${head}; nothing lost`;
  return [
    `${head}; ${problems.length} PROBLEMS`,
    ...problems.map((problem) => `  ${problem}`),
    'faults, in order:',
    ...faults.map(({ at, kind, phase, what }) => `  ${at} ${kind} × ${phase}: ${what}`),
    `logs: ${folder}`,
    `again: npm run test:chaos -- --seed ${seed} --faults ${faults.length} --each 0`,
  ].join('\n');
}
