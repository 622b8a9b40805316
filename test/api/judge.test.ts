import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Judge } from '../../src/api/judge.ts';
import { startJudgeTick } from '../../src/api/judge-tick.ts';
import type { Db } from '../../src/db/client.ts';
import { requestCancel } from '../../src/db/experiments-cancel.ts';
import { settleVerdict } from '../../src/db/verdicts.ts';
import { openTestDatabase, type TestDatabase } from '../databases/open.ts';
import { newProject, queueExperiment, sha256 } from '../db/world.ts';

let database: TestDatabase;
let db: Db;
/** Eight that have ended and are to be judged, oldest first. */
const ids: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  ({ db } = database);
  const project = await newProject(db);
  const spec = { thresholds: [{ id: 'T1', cells: {}, expect: ['error_rate == 0'] }] };
  for (let n = 0; n < 8; n += 1) {
    const { id } = await queueExperiment(db, project, { spec });
    await requestCancel(db, project, id);
    ids.push(id);
  }
});
afterAll(() => database.close());

/** Judges all but those that cannot be judged, and notes which it was asked for. */
function judging(impossible: readonly string[]) {
  const asked: string[] = [];
  const settle = async (_project: string, id: string) => {
    asked.push(id);
    if (impossible.includes(id)) return false;
    const text = '{"verdict":"inconclusive","thresholds":[]}';
    return settleVerdict(db, id, {
      verdict: 'inconclusive',
      results: { text, digest: sha256(text), version: 1 },
    });
  };
  return { asked, settle };
}

describe('whoever judges what has ended', () => {
  it('takes a few at a time, and keeps none waiting for those that cannot be judged', async () => {
    let now = 0;
    const judge = new Judge(() => now);
    const impossible = ids.slice(0, 4);
    const first = judging(impossible);
    expect(await judge.round(db, first)).toBe(0);
    expect(first.asked.toSorted()).toEqual(impossible.toSorted());
    now += 1_000;
    const second = judging(impossible);
    expect(await judge.round(db, second)).toBe(4);
    expect(second.asked.toSorted()).toEqual(ids.slice(4).toSorted());
    now += 1_000;
    const third = judging(impossible);
    expect([await judge.round(db, third), third.asked]).toEqual([0, []]);
  });

  it('tries again after a pause that doubles', async () => {
    let now = 0;
    const judge = new Judge(() => now);
    const asks = async (after_ms: number) => {
      now += after_ms;
      const { asked, settle } = judging(ids);
      await judge.round(db, { settle });
      return asked.length;
    };
    expect(await asks(0)).toBe(4);
    expect([await asks(4_999), await asks(1)]).toEqual([0, 4]);
    expect([await asks(9_999), await asks(1)]).toEqual([0, 4]);
    for (let n = 0; n < 10; n += 1) await asks(300_000);
    expect([await asks(299_999), await asks(1)]).toEqual([0, 4]);
  });

  it('stops between two experiments', async () => {
    const stop = new AbortController();
    const asked: string[] = [];
    const settle = async (_project: string, id: string) => {
      asked.push(id);
      stop.abort();
      return false;
    };
    await new Judge().round(db, { settle }, stop.signal);
    expect(asked).toHaveLength(1);
  });

  it('in a service does so by itself, logs a database that is away once, and ends with the service', async () => {
    const logged: string[] = [];
    const log = { error: (_: unknown, message: string) => void logged.push(message) };
    let failures = 2;
    const away = new Proxy(db, {
      get(target, name) {
        if (name === 'select' && failures > 0) {
          failures -= 1;
          throw new Error('away');
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const { promise, resolve } = Promise.withResolvers<string>();
    const settle = async (_project: string, id: string) => {
      resolve(id);
      return true;
    };
    const tick = startJudgeTick({ db: away, log, results: { settle }, every_ms: 1 });
    expect(ids).toContain(await promise);
    await tick.stop();
    expect(logged).toEqual(['looking for what is to be judged failed; it is tried again each second']);
  });
});
