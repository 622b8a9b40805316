import { expect } from 'vitest';
import type { Db } from '../../src/db/client.ts';
import { approveWaiting } from '../../src/db/hook-approve.ts';
import { findDelivery, getHookDelivery, listHookDeliveries } from '../../src/db/hook-deliveries.ts';
import { receiveDelivery } from '../../src/db/hook-receive.ts';
import { rotateHookSecret, setHookToken } from '../../src/db/hook-secrets.ts';
import {
  changeHook,
  createHook,
  deleteHook,
  findHook,
  getHook,
  hookPurpose,
  type HookRow,
  listHooks,
} from '../../src/db/hooks.ts';
import { pruneHookDeliveries, prunePreviousHookSecrets, prunePullRequests } from '../../src/db/prune-hooks.ts';
import { getSecret } from '../../src/db/secrets.ts';
import {
  experimentFor,
  keptHook,
  newDelivery,
  newHook,
  pullChange,
  received,
  secretRow,
  workOf,
} from './hook-world.ts';
import type { Call } from './verb-call.ts';

interface World {
  readonly project_id: string;
  readonly inbound: HookRow;
}

export async function makeHookWorld(db: Db, project_id: string): Promise<{ readonly inbound: HookRow }> {
  return { inbound: await keptHook(db, project_id) };
}

const some = (): unknown => expect.arrayContaining([expect.anything()]);
const ofFork = () => pullChange('fork', 1, { fork: true });

/** Part of VERB_CALLS. */
export const HOOK_CALLS: Record<string, (db: Db, world: World) => Call> = {
  approveWaiting: (db, { inbound }) => ({
    call: received(db, inbound, ofFork()).then(() =>
      approveWaiting(db, inbound.id, ofFork(), experimentFor(inbound, ofFork())),
    ),
    answers: { kind: 'started' },
  }),
  changeHook: (db, w) => ({
    call: changeHook(db, w.project_id, w.inbound.id, { branches: ['main'] }),
    answers: { branches: ['main'] },
  }),
  createHook: (db, w) => {
    const hook = newHook(w.project_id);
    return { call: createHook(db, hook, [secretRow(hookPurpose(hook.id, 'secret'))]), answers: { id: hook.id } };
  },
  deleteHook: (db, w) => ({ call: deleteHook(db, w.project_id, w.inbound.id), answers: true }),
  findDelivery: (db, { inbound }) => {
    const delivery = newDelivery(inbound);
    const first = receiveDelivery(db, delivery, workOf(inbound, pullChange('a', 1)));
    return { call: first.then(() => findDelivery(db, delivery)), answers: { id: delivery.id } };
  },
  findHook: (db, { inbound }) => ({ call: findHook(db, 'github', inbound.id), answers: { id: inbound.id } }),
  getHook: (db, w) => ({ call: getHook(db, w.project_id, w.inbound.id), answers: { id: w.inbound.id } }),
  getHookDelivery: (db, w) => ({
    call: received(db, w.inbound, ofFork()).then(({ id }) => getHookDelivery(db, w.project_id, w.inbound.id, id)),
    answers: { waiting: { head_sha: ofFork().head_sha } },
  }),
  listHookDeliveries: (db, w) => ({
    call: received(db, w.inbound, pullChange('a', 1)).then(() =>
      listHookDeliveries(db, w.project_id, w.inbound.id, { limit: 1, before: null }),
    ),
    answers: { deliveries: some() },
  }),
  listHooks: (db, w) => ({ call: listHooks(db, w.project_id), answers: some() }),
  pruneHookDeliveries: (db) => ({ call: pruneHookDeliveries(db), answers: 0 }),
  prunePreviousHookSecrets: (db) => ({ call: prunePreviousHookSecrets(db), answers: 0 }),
  prunePullRequests: (db) => ({ call: prunePullRequests(db), answers: 0 }),
  receiveDelivery: (db, { inbound }) => ({
    // The second cancels what the first has started.
    call: received(db, inbound, pullChange('a', 1)).then(() => received(db, inbound, pullChange('b', 2))),
    answers: { outcome: 'started' },
  }),
  rotateHookSecret: (db, w) => {
    const purpose = hookPurpose(w.inbound.id, 'secret');
    const rotate = (from: { id: string } | null) =>
      rotateHookSecret(db, w.project_id, w.inbound.id, {
        from: from ?? { id: '' },
        current: secretRow(purpose),
        previous: secretRow(hookPurpose(w.inbound.id, 'previous')),
        overlap_s: 60,
      });
    return { call: getSecret(db, purpose).then(rotate), answers: { id: w.inbound.id } };
  },
  setHookToken: (db, w) => ({
    call: setHookToken(db, w.project_id, w.inbound.id, secretRow(hookPurpose(w.inbound.id, 'token'))),
    answers: { has_token: true },
  }),
};
