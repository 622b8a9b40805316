import { type HookChange, originOf } from '../../src/core/hook/hook-change.ts';
import { expandMatrix } from '../../src/core/matrix.ts';
import { neededKeys } from '../../src/core/offer.ts';
import { makeSchedule } from '../../src/core/schedule.ts';
import type { Spec } from '../../src/core/spec.ts';
import type { Db } from '../../src/db/client.ts';
import type { NewExperiment } from '../../src/db/experiments.ts';
import { type HookWork, type NewHookDelivery, receiveDelivery } from '../../src/db/hook-receive.ts';
import { createHook, hookPurpose, type HookRow } from '../../src/db/hooks.ts';
import type { PullRequestChange } from '../../src/db/pull-requests.ts';
import { commitOf } from '../fixtures/github-events.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { id, sha256 } from './world.ts';

/** Hooks and their events for the tests of the verbs. */

export const secretRow = (purpose: string, sealed = 'sealed') => ({ id: id('secret'), purpose, key_id: 'k1', sealed });

export const newHook = (project_id: string, changes: Record<string, unknown> = {}) => {
  const hook_id = id('hook');
  const settings = {
    name: hook_id,
    provider: 'github',
    repo: 'acme/shop',
    events: ['pull-request'],
    branches: ['*'],
    template: smallSpec(),
    api_url: null,
    comment: 'failure',
    has_token: false,
  } as const;
  return { id: hook_id, project_id, ...settings, ...changes };
};

export async function keptHook(db: Db, project_id: string, changes: Record<string, unknown> = {}): Promise<HookRow> {
  const hook = newHook(project_id, changes);
  const row = await createHook(db, hook, [secretRow(hookPurpose(hook.id, 'secret'))]);
  if (typeof row === 'string') throw new Error(row);
  return row;
}

/** A commit of pull request 5, at a minute of the code host's clock. */
export function pullChange(
  name: string,
  minute: number,
  changes: Partial<HookChange['pull_request']> = {},
): PullRequestChange {
  return {
    event: 'pull-request',
    repo: 'acme/shop',
    branch: 'faster',
    onto: 'main',
    ref: 'refs/pull/5/head',
    head_sha: commitOf(name),
    base_sha: commitOf('base'),
    pull_request: {
      number: 5,
      updated_at: `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`,
      is_open: true,
      fork: false,
      ...changes,
    },
  };
}

export function experimentFor(hook: HookRow, change: HookChange): NewExperiment {
  const spec = smallSpec() as unknown as Spec;
  const cells = expandMatrix(spec);
  return {
    experiment: {
      id: id('experiment'),
      project_id: hook.project_id,
      name: 'Small',
      labels: { commit: change.head_sha },
      origin: originOf(hook, change),
      spec,
      original: { text: '{}', media_type: 'application/json' },
      schedule: makeSchedule(cells, 2, 7),
      cells_count: cells.length,
      trials_planned: cells.length * 2,
    },
    job: {
      id: id('job'),
      needs: neededKeys(spec.deployments),
      runner_labels: {},
      timeout_s: 3600,
      queue_timeout_s: 86_400,
    },
    queued: {},
  };
}

export function workOf(hook: HookRow, change: HookChange): HookWork {
  const isEnd = change.pull_request?.is_open === false;
  return { kind: 'change', change, plan: isEnd ? null : { ok: true, created: experimentFor(hook, change) } };
}

export function newDelivery(hook: Pick<HookRow, 'id'>, key: string = id('delivery'), body = key): NewHookDelivery {
  return { id: id('delivery'), hook_id: hook.id, delivery_key: key, body_digest: sha256(body), event: 'pull_request' };
}

/** Takes in an event of its own, and fails the test when it is not the first of its kind. */
export async function received(db: Db, hook: HookRow, change: HookChange) {
  const answer = await receiveDelivery(db, newDelivery(hook), workOf(hook, change));
  if (answer.kind !== 'received') throw new Error(answer.kind);
  return answer.delivery;
}
