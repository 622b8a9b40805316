import { expect, test } from 'vitest';
import { listOffers } from '../../src/db/runners.ts';
import { OFFERS } from '../fixtures/offers.ts';
import { useDatabase } from './database.ts';
import { newProject, openRunner } from './world.ts';

const database = useDatabase();
const EVER = new Date(0);

test('Without any runner ever there are no offers to check against; other projects’ runners do not count', async () => {
  const { db } = database;
  const [mine, other] = [await newProject(db), await newProject(db)];
  expect(await listOffers(db, mine, EVER)).toBeNull();
  await openRunner(db, other);
  expect(await listOffers(db, mine, EVER)).toBeNull();
  expect(await listOffers(db, other, EVER)).toEqual(OFFERS);
});

test('Only runners seen since then count, the one seen last first', async () => {
  const { db } = database;
  const project = await newProject(db);
  await openRunner(db, project, { targets: [OFFERS[0]!] });
  const late = await openRunner(db, project, { targets: [] });
  await openRunner(db, project, { targets: [OFFERS[1]!], host_id: late.host_id });
  const offers = await listOffers(db, project, EVER);
  expect(offers?.map((offer) => offer.target).toSorted()).toEqual(['django', 'fastapi']);
  expect(await listOffers(db, project, new Date(Date.now() + 3_600_000))).toEqual([]);
});

test('What several runners offer is told once, and no more of all of it than is read at once', async () => {
  const { db } = database;
  const project = await newProject(db);
  for (let i = 0; i < 3; i += 1) await openRunner(db, project);
  expect(await listOffers(db, project, EVER)).toEqual(OFFERS);
  const said = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 9; i += 1)
    await openRunner(db, project, { targets: [{ ...OFFERS[0]!, unavailable: `${i} ${said}` }] });
  const offers = await listOffers(db, project, EVER);
  expect(offers?.map(({ unavailable }) => unavailable?.slice(0, 2))).toEqual([
    '8 ',
    '7 ',
    '6 ',
    '5 ',
    '4 ',
    '3 ',
    '2 ',
  ]);
});

test('A shared runner offers to every project', async () => {
  const { db } = database;
  const project = await newProject(db);
  await openRunner(db, null, { targets: [OFFERS[0]!] });
  expect(await listOffers(db, project, EVER)).toEqual([OFFERS[0]]);
});
