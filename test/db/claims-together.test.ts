import { inArray, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { claimsTogether } from '../../src/db/claims-together.ts';
import type { Db } from '../../src/db/client.ts';
import { expire } from '../../src/db/expiry.ts';
import type { AskFresh, ClaimAnswer } from '../../src/db/job-claim.ts';
import { jobs } from '../../src/db/schema/jobs.ts';
import { runners } from '../../src/db/schema/runners.ts';
import { useDatabase } from './database.ts';
import {
  type Runner,
  claim,
  claimed,
  experimentOf,
  id,
  jobOf,
  newProject,
  offering,
  openRunner,
  pass,
  queueExperiment,
} from './world.ts';

const database = useDatabase();

async function queue(db: Db, project: string, count: number, changes = {}): Promise<string[]> {
  const queued: string[] = [];
  for (let n = 0; n < count; n += 1) queued.push((await queueExperiment(db, project, changes)).job_id);
  return queued;
}

async function open(db: Db, project: string | null, count: number, changes = {}): Promise<Runner[]> {
  const opened: Runner[] = [];
  for (let n = 0; n < count; n += 1) opened.push(await openRunner(db, project, changes));
  return opened;
}

/** All at once, as requests of one process that ticks. The first two are sent at once; what comes meanwhile is asked together. */
async function claimAll(db: Db, all: readonly Runner[], ask: AskFresh = claimsTogether(db)): Promise<ClaimAnswer[]> {
  // As far ahead as a claim believes it: on a busy machine two seconds may pass before the last statement.
  await db.execute(sql`UPDATE service_clock SET service_seen_at = now() + interval '1.9 s'`);
  return Promise.all(all.map((runner) => claim(db, runner, `key-${runner.session_id}`, ask)));
}

/** What the statements of several claims answered. A test of claims that ask together would prove little if all were sent on to ask alone. */
function counting(db: Db): { readonly ask: AskFresh; readonly kinds: string[] } {
  const kinds: string[] = [];
  const together = claimsTogether(db);
  const ask: AskFresh = async (asked, signal) => {
    const answer = await together(asked, signal);
    kinds.push(answer.kind);
    return answer;
  };
  return { ask, kinds };
}

const given = (answers: readonly ClaimAnswer[]) =>
  answers.map((answer) => (answer.kind === 'job' ? answer.job.job_id : answer.kind));

/** In how many transactions these jobs were last written: each write leaves its transaction's number in the row. */
async function transactions(db: Db, ids: readonly string[]): Promise<number> {
  const rows = await db
    .select({ by: sql<string>`xmin::text` })
    .from(jobs)
    .where(inArray(jobs.id, [...ids]));
  return new Set(rows.map(({ by }) => by)).size;
}

test('Twenty claims at once are three statements; each runner gets a job of its own, in one statement the oldest first', async () => {
  const { db } = database;
  const project = await newProject(db);
  const queued = await queue(db, project, 22);
  const all = await open(db, project, 20);
  const answers = await claimAll(db, all);
  const oldest = queued.slice(0, 20);
  expect(given(answers).toSorted()).toEqual(oldest.toSorted());
  const together = given(answers).slice(2);
  expect(together).toEqual(oldest.filter((job) => together.includes(job)));
  expect(await transactions(db, oldest)).toBe(3);
  for (const [at, answer] of answers.entries()) {
    if (answer.kind !== 'job') throw new Error(answer.kind);
    const row = await jobOf(db, answer.job.job_id);
    const { runner_id, host_id, session_id } = all[at]!;
    expect(row).toMatchObject({
      state: 'claimed',
      runner_id,
      host_id,
      claim_key: `key-${session_id}`,
      lease_id: answer.job.lease_id,
      attempt: 1,
    });
    expect(answer.job.experiment_id).toBe(row.experiment_id);
    expect(await experimentOf(db, row.experiment_id)).toMatchObject({ spec: answer.job.spec, version: 2 });
  }
  expect(await claim(db, (await open(db, project, 1))[0]!)).toMatchObject({ kind: 'job' });
});

test('Where fewer jobs wait than runners ask, the others are told that there is none', async () => {
  const { db } = database;
  const project = await newProject(db);
  const queued = await queue(db, project, 5);
  const { ask, kinds } = counting(db);
  const answers = given(await claimAll(db, await open(db, project, 12), ask));
  expect(new Set(kinds)).toEqual(new Set(['job', 'none']));
  const nothing = Array.from({ length: 7 }, () => 'none');
  expect(answers.toSorted()).toEqual([...queued, ...nothing].toSorted());
});

test('Asked together, runners with other targets or labels get what is for them', async () => {
  const { db } = database;
  const project = await newProject(db);
  const plain = await queue(db, project, 4);
  const other = await queue(db, project, 2, { needs: ['other/here'] });
  const labelled = await queue(db, project, 2, { runner_labels: { room: 'cold' } });
  const mixed = [
    ...(await open(db, project, 4)),
    ...(await open(db, project, 2, { targets: offering('other') })),
    ...(await open(db, project, 2, { labels: { room: 'cold' } })),
  ];
  const { ask, kinds } = counting(db);
  const answers = given(await claimAll(db, mixed, ask));
  expect(new Set(kinds)).toEqual(new Set(['job', 'ask-alone']));
  expect(answers.slice(4, 6).toSorted()).toEqual(other.toSorted());
  // A runner with a label may run what asks for none.
  expect([...answers.slice(0, 4), ...answers.slice(6)].toSorted()).toEqual(
    [...plain, ...labelled].filter((job) => answers.includes(job)).toSorted(),
  );
  expect(answers.slice(0, 4).every((job) => plain.includes(job))).toBe(true);
});

test('One of those that ask together has no session, one is draining, one holds a job already: each has its own answer', async () => {
  const { db } = database;
  const project = await newProject(db);
  const [held, ...queued] = await queue(db, project, 4);
  const [a, b, stranger, draining, busy, c] = await open(db, project, 6);
  await claimed(db, busy!, 'before');
  await db
    .update(runners)
    .set({ draining: true })
    .where(inArray(runners.id, [draining!.runner_id]));
  const gone = { ...stranger!, session_id: id('session') };
  const { ask, kinds } = counting(db);
  const answers = await claimAll(db, [a!, b!, gone, draining!, busy!, c!], ask);
  expect(kinds.toSorted()).toEqual(['job', 'job', 'job', 'look-closer', 'none', 'superseded']);
  const [ofA, ofB, ofGone, ofDraining, ofBusy, ofC] = given(answers);
  expect([ofGone, ofDraining, ofBusy]).toEqual(['superseded', 'none', 'busy']);
  expect(new Set([ofA, ofB, ofC])).toEqual(new Set(queued));
  expect(answers[4]).toEqual({ kind: 'busy', job_id: held });
});

test('A session that asks twice at once gets one job; with one key the same answer twice', async () => {
  const { db } = database;
  const project = await newProject(db);
  const queued = await queue(db, project, 8);
  const [first, second, twice] = await open(db, project, 3);
  const [one, other, once, again] = await claimAll(db, [first!, second!, twice!, twice!]);
  expect(given([one!, other!, once!]).toSorted()).toEqual(queued.slice(0, 3).toSorted());
  if (once?.kind !== 'job' || again?.kind !== 'job') throw new Error('no job');
  expect({ ...again.job, deadline_in_s: 0 }).toEqual({ ...once.job, deadline_in_s: 0 });
});

test('A job that was claimed before is given to one of those that ask together, as its next attempt', async () => {
  const { db } = database;
  const project = await newProject(db);
  const [used, ...queued] = await queue(db, project, 5);
  await claimed(db, await openRunner(db, project));
  await pass(db, 31);
  await expire(db);
  const answers = await claimAll(db, await open(db, project, 5));
  expect(given(answers).toSorted()).toEqual([used!, ...queued].toSorted());
  expect(await jobOf(db, used!)).toMatchObject({ attempt: 2, generation: 2, state: 'claimed' });
});

test('Projects are not asked for together, and shared runners take turns as they do alone', async () => {
  const { db } = database;
  const [a, b] = [await newProject(db), await newProject(db)];
  const [ofA, ofB] = [await queue(db, a, 3), await queue(db, b, 3)];
  const ask = claimsTogether(db);
  const own = await claimAll(db, [...(await open(db, a, 3)), ...(await open(db, b, 3))], ask);
  expect(given(own).slice(0, 3).toSorted()).toEqual(ofA.toSorted());
  expect(given(own).slice(3).toSorted()).toEqual(ofB.toSorted());
  const turns = { needs: ['turns/here'] };
  const queued = [...(await queue(db, a, 2, turns)), ...(await queue(db, b, 2, turns))];
  const turn = async () => {
    const [shared] = await claimAll(db, await open(db, null, 1, { targets: offering('turns') }), ask);
    await db.execute(sql`UPDATE projects SET last_claimed_at = last_claimed_at - interval '1 s'`);
    return given([shared!])[0];
  };
  const [a1, a2, b1, b2] = queued;
  expect([await turn(), await turn(), await turn(), await turn()]).toEqual([a1, b1, a2, b2]);
});

test('More claims than one statement takes are several', async () => {
  const { db } = database;
  const project = await newProject(db);
  const queued = await queue(db, project, 70);
  const answers = given(await claimAll(db, await open(db, project, 70)));
  expect(answers.toSorted()).toEqual(queued.toSorted());
  // One and one, then 32 and 32, then four.
  expect(await transactions(db, queued)).toBe(5);
});

test('Runners that differ ask with their like once it is known who is alike', async () => {
  const { db } = database;
  const project = await newProject(db);
  const { ask, kinds } = counting(db);
  const both = [...(await open(db, project, 6)), ...(await open(db, project, 6, { targets: offering('alike') }))];
  await claimAll(db, both, ask);
  const queued = [...(await queue(db, project, 6)), ...(await queue(db, project, 6, { needs: ['alike/here'] }))];
  kinds.length = 0;
  const answers = given(await claimAll(db, both, ask));
  expect(new Set(kinds)).toEqual(new Set(['job']));
  expect(answers.slice(0, 6).toSorted()).toEqual(queued.slice(0, 6).toSorted());
  expect(await transactions(db, queued)).toBeLessThan(queued.length / 2);
});

test('A claim that nobody waits for any more before it is asked takes no job', async () => {
  const { db } = database;
  const project = await newProject(db);
  const queued = await queue(db, project, 4);
  const all = await open(db, project, 4);
  const ask = claimsTogether(db);
  const hungUp = new AbortController();
  const signalled: AskFresh = (one) => ask(one, one.session_id === all[3]!.session_id ? hungUp.signal : undefined);
  const asked = claimAll(db, all, signalled);
  hungUp.abort();
  const answers = given(await asked);
  expect(answers[3]).toBe('none');
  expect(answers.slice(0, 3).toSorted()).toEqual(queued.slice(0, 3).toSorted());
});

test('When the database refuses, each of those that asked together learns it, and the next claim is asked anew', async () => {
  const { db } = database;
  const project = await newProject(db);
  const queued = await queue(db, project, 6);
  const all = await open(db, project, 6);
  await db.execute(sql`ALTER TABLE events ADD CONSTRAINT none_for_now CHECK (type <> 'claimed') NOT VALID`);
  const ask = claimsTogether(db);
  const refused = await Promise.allSettled(all.map((runner) => claim(db, runner, undefined, ask)));
  await db.execute(sql`ALTER TABLE events DROP CONSTRAINT none_for_now`);
  expect(refused.map(({ status }) => status)).toEqual(all.map(() => 'rejected'));
  for (const job of queued) expect(await jobOf(db, job)).toMatchObject({ state: 'queued', attempt: 0 });
  expect(given(await claimAll(db, all, ask)).toSorted()).toEqual(queued.toSorted());
});
