import { expect, describe, it } from 'vitest';
import { deliver } from '../../../src/api/deliver.ts';
import { sendDue } from '../../../src/api/outbox-batch.ts';
import { startOutboxLoop } from '../../../src/api/outbox-loop.ts';
import { testWebhook } from '../../../src/db/deliveries.ts';
import { leaseDeliveries } from '../../../src/db/delivery-lease.ts';
import { attemptsAt, passOutbox } from '../../db/outbox-world.ts';
import { eventually } from '../../worker/eventually.ts';
import { useOutbox } from './outbox-service.ts';
import { startReceiver } from './receiver.ts';

const outbox = useOutbox({ timeout_ms: 2_000 });
const tested = (receiver: { readonly url: string }) => outbox.tested(receiver.url);

describe('A sender', () => {
  it('that is killed between sending and recording leaves it to another, which sends it under the same id', async () => {
    await using receiver = await startReceiver();
    const { db, now } = await tested(receiver);
    const [leased] = await leaseDeliveries(db, 1);
    // Sent, and then nothing is written any more.
    const dead = { ...outbox.deps, db: new Proxy(db, { get: () => () => Promise.reject(new Error('killed')) }) };
    await deliver({ ...dead, kept: outbox.kept }, leased!);
    expect(receiver.received).toHaveLength(1);
    expect(await outbox.send()).toBe(0);
    await passOutbox(db, 61);
    expect(await outbox.send()).toBe(1);
    expect(await now()).toMatchObject({ state: 'succeeded', attempts: 1 });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(2);
  });

  it('sends at most two at once to one address', async () => {
    let now = 0;
    let most = 0;
    await using receiver = await startReceiver((response) => {
      now += 1;
      most = Math.max(most, now);
      setImmediate(() => {
        now -= 1;
        response.writeHead(200).end();
      });
    });
    const { db, project_id, webhook } = await tested(receiver);
    for (let n = 0; n < 7; n += 1) await testWebhook(db, project_id, webhook.id);
    await Promise.all([sendDue(outbox.deps, 10), sendDue(outbox.deps, 10)]);
    while ((await outbox.send()) > 0);
    expect(receiver.received).toHaveLength(8);
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe('A call that sends what is due', () => {
  it('lets one receiver that does not answer keep none but itself waiting', async () => {
    await using dead = await startReceiver(() => undefined);
    await using good = await startReceiver();
    const stuck = await tested(dead);
    const { db, project_id, webhook } = await tested(good);
    for (let n = 1; n < 5; n += 1) await testWebhook(db, project_id, webhook.id);
    const sending = sendDue(outbox.deps, 2);
    await good.heard(5);
    expect(await attemptsAt(db, stuck.delivery.id)).toEqual([]);
    expect(await sending).toBe(6);
    expect(await stuck.now()).toMatchObject({ state: 'pending', attempts: 1 });
  });

  it('waits for what it is sending when the database fails meanwhile', async () => {
    const held = Promise.withResolvers<void>();
    await using receiver = await startReceiver(
      (response) => void held.promise.then(() => response.writeHead(200).end()),
    );
    const { now } = await tested(receiver);
    await using quick = await startReceiver();
    await tested(quick);
    let looks = 0;
    const db = new Proxy(outbox.db, {
      get: (target, name) => {
        if (name === 'select' && (looks += 1) > 1) throw new Error('the database is away');
        return Reflect.get(target, name) as unknown;
      },
    });
    const sending = sendDue({ ...outbox.deps, db }, 2);
    await receiver.heard(1);
    held.resolve();
    await expect(sending).rejects.toThrow('the database is away');
    expect(await now()).toMatchObject({ state: 'succeeded' });
  });
});

describe('The loop of a process', () => {
  it('sends what it is woken for at once, and goes on by itself', async () => {
    await using receiver = await startReceiver();
    const loop = startOutboxLoop(outbox.deps);
    try {
      const { db, project_id, webhook } = await tested(receiver);
      loop.wake();
      await receiver.heard(1);
      await testWebhook(db, project_id, webhook.id);
      await receiver.heard(2);
    } finally {
      await loop.stop();
    }
  });

  it('stops within its time: what is being sent then is given back, and sent by who comes next', async () => {
    await using receiver = await startReceiver((response, _, n) => {
      if (n > 1) response.writeHead(200).end();
    });
    const { db, delivery, now } = await tested(receiver);
    const loop = startOutboxLoop(outbox.deps, 50);
    loop.wake();
    await receiver.heard(1);
    const began = performance.now();
    await loop.stop();
    await loop.stop();
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(await attemptsAt(db, delivery.id)).toEqual([]);
    loop.wake();
    expect(await outbox.send()).toBe(1);
    expect(await now()).toMatchObject({ state: 'succeeded', attempts: 1 });
  });

  it('lets what is being sent finish, where it does in time', async () => {
    const held = Promise.withResolvers<void>();
    await using receiver = await startReceiver(
      (response) => void held.promise.then(() => response.writeHead(200).end()),
    );
    const { now } = await tested(receiver);
    const loop = startOutboxLoop(outbox.deps);
    loop.wake();
    await receiver.heard(1);
    const stopped = loop.stop();
    held.resolve();
    await stopped;
    expect(await now()).toMatchObject({ state: 'succeeded' });
  });

  it('survives a database that is away, says so once, and goes on when it is back', async () => {
    await using receiver = await startReceiver();
    let away = true;
    const db = new Proxy(outbox.db, {
      get: (target, name) => {
        if (away) throw new Error('the database is away');
        return Reflect.get(target, name) as unknown;
      },
    });
    const said = outbox.errors.length;
    const loop = startOutboxLoop({ ...outbox.deps, db });
    try {
      await eventually('it has looked twice', () => {
        loop.wake();
        return outbox.errors.length > said;
      });
      await tested(receiver);
      away = false;
      await receiver.heard(1);
      expect(outbox.errors.slice(said)).toEqual(['the outbox could not be read; it is tried again each second']);
    } finally {
      await loop.stop();
    }
  });
});
