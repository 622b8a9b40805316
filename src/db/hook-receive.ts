import { eq } from 'drizzle-orm';
import { foreignText } from '../core/foreign-text.ts';
import type { HookChange } from '../core/hook/hook-change.ts';
import { turnOf } from '../core/hook/pull-request-turn.ts';
import { hasEnded } from '../core/job.ts';
import type { Db, Tx } from './client.ts';
import { cancelWithin } from './experiments-cancel.ts';
import { insertExperiment, type NewExperiment } from './experiments.ts';
import {
  type DeliveryKey,
  endWaiting,
  findDelivery,
  type HookDeliveryRow,
  type HookOutcome,
  SHOWN_DELIVERY,
} from './hook-deliveries.ts';
import { type HeldHook, holdHook } from './hooks.ts';
import { noteCommitStatus } from './outbox-hooks.ts';
import {
  type HeldPullRequest,
  holdPullRequest,
  keyOf,
  notePullRequest,
  type PullRequestChange,
} from './pull-requests.ts';
import { QueueFull, requireRoom } from './queue-room.ts';
import { hookDeliveries } from './schema/hooks.ts';

export interface NewHookDelivery extends DeliveryKey {
  readonly id: string;
  readonly event: string;
}

/** What would be started for a change; or why nothing can be, one line. */
export type HookPlan =
  | { readonly ok: true; readonly created: NewExperiment }
  | { readonly ok: false; readonly says: string };

/** What an event asks for. A change that only ends something has no plan. */
export type HookWork =
  | { readonly kind: 'nothing'; readonly outcome: 'ignored' | 'pong'; readonly says: string }
  | { readonly kind: 'change'; readonly change: HookChange; readonly plan: HookPlan | null };

export type ReceiveAnswer =
  | { readonly kind: 'received' | 'repeated'; readonly delivery: HookDeliveryRow }
  | { readonly kind: 'quota-exceeded'; readonly max_queued: number }
  /** The hook is no more. */
  | { readonly kind: 'not-found' };

interface Came {
  readonly outcome: HookOutcome;
  readonly says: string;
  readonly experiment_id: string | null;
}

/**
 * Takes in an event: notes it, and does what follows, all of it or nothing. The same event again, known by its id or by its body, changes
 * nothing and is answered with what the first led to; of several at once the first counts, the others wait for its commit.
 *
 * Lock order: hook, delivery, pull request, job, project, experiment.
 */
export async function receiveDelivery(db: Db, delivery: NewHookDelivery, work: HookWork): Promise<ReceiveAnswer> {
  try {
    return await db.transaction(async (tx) => {
      const hook = await holdHook(tx, delivery.hook_id);
      if (hook === null) return { kind: 'not-found' };
      if (!(await takeDelivery(tx, delivery, work))) return { kind: 'repeated', delivery: await firstOf(tx, delivery) };
      const came = await carryOut(tx, hook, work);
      const [row] = await tx
        .update(hookDeliveries)
        .set({ ...came })
        .where(eq(hookDeliveries.id, delivery.id))
        .returning(SHOWN_DELIVERY);
      if (!row) throw new Error(`the delivery ${delivery.id} is gone`);
      return { kind: 'received', delivery: row };
    });
  } catch (error) {
    if (error instanceof QueueFull) return { kind: 'quota-exceeded', max_queued: error.max_queued };
    throw error;
  }
}

/** False: an event of that id or that body has come before. Waits for the commit of one that is coming right now. */
async function takeDelivery(tx: Tx, delivery: NewHookDelivery, work: HookWork): Promise<boolean> {
  const change = work.kind === 'change' ? work.change : null;
  const taken = await tx
    .insert(hookDeliveries)
    .values({
      ...delivery,
      // Written anew when it is known what came of it, in this transaction.
      outcome: 'ignored',
      says: '',
      pull_request: change?.pull_request?.number ?? null,
      head_sha: change?.head_sha ?? null,
    })
    .onConflictDoNothing()
    .returning({ id: hookDeliveries.id });
  return taken.length > 0;
}

async function firstOf(tx: Tx, delivery: NewHookDelivery): Promise<HookDeliveryRow> {
  const first = await findDelivery(tx, delivery);
  // It was pruned in between, a month after it came.
  if (first === null) throw new Error(`the delivery that ${delivery.id} repeats is no more`);
  return first;
}

async function carryOut(tx: Tx, hook: HeldHook, work: HookWork): Promise<Came> {
  if (work.kind === 'nothing') return { outcome: work.outcome, says: work.says, experiment_id: null };
  const { change, plan } = work;
  const { pull_request } = change;
  if (pull_request === null) return start(tx, hook, change, plan);
  return inTurn(tx, hook, { ...change, pull_request }, plan);
}

/** What an event of a pull request does, when those before it are done. */
async function inTurn(tx: Tx, hook: HeldHook, change: PullRequestChange, plan: HookPlan | null): Promise<Came> {
  const key = keyOf(hook.id, change);
  const { number: pull_request, is_open, fork, updated_at } = change.pull_request;
  const known = await holdPullRequest(tx, key, change);
  const is_older = known !== null && new Date(updated_at) < known.updated_at;
  const { head_sha, base_sha } = change;
  const turn = turnOf(known, { head_sha, base_sha, is_open, fork, is_older });
  if (turn === 'stale') return nothing('stale', 'a newer event of the pull request came before this one');
  if (turn === 'measured') {
    const experiment_id = known?.experiment_id ?? null;
    await notePullRequest(tx, key, change, { experiment_id, waiting: null });
    return { outcome: 'ignored', says: 'the commit is measured already', experiment_id };
  }
  await endWaiting(tx, { hook_id: hook.id, pull_request, head_sha: turn === 'close' ? null : head_sha });
  const canceled = await cancelOlder(tx, hook, known, turn === 'close' ? 'closed' : 'superseded');
  if (turn === 'close') {
    await notePullRequest(tx, key, change, { experiment_id: known?.experiment_id ?? null, waiting: null });
    return closed(canceled, known);
  }
  const waits = turn === 'wait' && plan?.ok === true;
  const came = waits ? await wait(tx, hook, change) : await start(tx, hook, change, plan);
  await notePullRequest(tx, key, change, { experiment_id: came.experiment_id, waiting: waits ? change : null });
  return came;
}

function nothing(outcome: HookOutcome, says: string): Came {
  return { outcome, says, experiment_id: null };
}

function closed(canceled: boolean, known: HeldPullRequest | null): Came {
  if (canceled)
    return {
      outcome: 'canceled',
      says: 'closed: what ran for it is canceled',
      experiment_id: known?.experiment_id ?? null,
    };
  return nothing('ignored', 'closed: nothing ran for it');
}

/** False: nothing ran. What has ended is not waited for: somebody may be deleting it. */
async function cancelOlder(
  tx: Tx,
  hook: HeldHook,
  known: HeldPullRequest | null,
  why: 'closed' | 'superseded',
): Promise<boolean> {
  if (known === null || known.experiment_id === null || known.experiment === null) return false;
  if (hasEnded(known.experiment.status)) return false;
  const answer = await cancelWithin(tx, hook.project_id, known.experiment_id, { why });
  return answer === 'canceled' || answer === 'canceling';
}

/** The commit of a fork: somebody has to look at it first. */
async function wait(tx: Tx, hook: HeldHook, { repo, head_sha }: PullRequestChange): Promise<Came> {
  const says = 'from a fork: waits for approval of this commit';
  if (repo !== null) await noteCommitStatus(tx, { hook_id: hook.id, repo, head_sha, state: 'pending', says });
  return nothing('waiting-approval', says);
}

/** As much of why a template made no spec as a commit status holds. */
const MAX_STATUS_TEXT = 140;

async function start(tx: Tx, hook: HeldHook, { repo, head_sha }: HookChange, plan: HookPlan | null): Promise<Came> {
  if (plan === null) throw new Error('a change that starts something has a plan');
  if (!plan.ok) {
    const says = foreignText(plan.says, MAX_STATUS_TEXT);
    if (repo !== null) await noteCommitStatus(tx, { hook_id: hook.id, repo, head_sha, state: 'error', says });
    return nothing('invalid', plan.says);
  }
  await requireRoom(tx, hook.project_id);
  const { id } = await insertExperiment(tx, plan.created);
  return { outcome: 'started', says: 'queued', experiment_id: id };
}
