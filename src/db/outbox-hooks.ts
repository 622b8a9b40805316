import { type SQL, sql } from 'drizzle-orm';
import type { OutboundEvent } from '../core/outbound-event.ts';
import type { Tx } from './client.ts';
import { NEW_DELIVERY_ID } from './delivery-id.ts';
import { experiments } from './schema/experiments.ts';
import { hooks, pullRequests } from './schema/hooks.ts';
import { deliveries } from './schema/webhooks.ts';

/** The only code host that is written to. */
const WRITES_TO = 'github';

const origin = (key: string): SQL => sql`(${experiments.origin} ->> ${sql.raw(`'${key}'`)})`;
const IS_UNGATED = sql`coalesce(json_array_length(${experiments.spec} -> 'thresholds'), 0) = 0`;
const HAS_SUCCEEDED = sql`${experiments.status} = 'succeeded'`;

/** Until its verdict is known an experiment with thresholds stays pending; a run that failed has told so, whatever is judged of it. */
const STATUS_WHEN: Readonly<Partial<Record<OutboundEvent, SQL>>> = {
  'experiment.queued': sql`true`,
  'experiment.started': sql`true`,
  'experiment.succeeded': IS_UNGATED,
  'experiment.failed': sql`true`,
  'experiment.canceled': sql`true`,
  'experiment.verdict.passed': HAS_SUCCEEDED,
  'experiment.verdict.failed': HAS_SUCCEEDED,
  'experiment.verdict.inconclusive': HAS_SUCCEEDED,
};

/** Where only failures are told, a comment that stands already is brought up to date: a pull request that was mended must not look red. */
const IS_WANTED = sql`(hook.comment = 'always' or exists (select 1 from ${pullRequests} where ${pullRequests.hook_id} = hook.id
  and ${pullRequests.repo} = ${origin('repo')} and ${pullRequests.number} = ${origin('pull_request')}::int and ${pullRequests.comment_id} is not null))`;

/** A canceled experiment says nothing: a newer commit took its place, or somebody knows why. */
const COMMENT_WHEN: Readonly<Partial<Record<OutboundEvent, SQL>>> = {
  'experiment.succeeded': sql`${IS_UNGATED} and ${IS_WANTED}`,
  'experiment.failed': sql`true`,
  'experiment.verdict.passed': sql`${HAS_SUCCEEDED} and ${IS_WANTED}`,
  'experiment.verdict.failed': HAS_SUCCEEDED,
  'experiment.verdict.inconclusive': sql`${HAS_SUCCEEDED} and ${IS_WANTED}`,
};

interface Told {
  readonly type: OutboundEvent;
  readonly experiment_id: string;
  readonly payload: SQL;
}

/** The relation `hook`: the one that started the experiment, where it can write to the code host. Locked as webhooks are (outbox.ts). */
export function writableHook(experiment_id: string): SQL {
  return sql`hook as materialized (select ${hooks.id}, ${hooks.project_id}, ${hooks.comment} from ${hooks}
    where ${hooks.id} = (select ${origin('hook_id')} from ${experiments} where ${experiments.id} = ${experiment_id}) and ${canWrite()} for share)`;
}

/**
 * The pull request is measured anew, with another base or because it was opened again: what an earlier experiment of the same commit still
 * has to say, as that it was canceled, would take the place of that.
 */
const IS_OVERTAKEN = sql`exists (select 1 from ${pullRequests} where ${pullRequests.hook_id} = hook.id
  and ${pullRequests.repo} = ${origin('repo')} and ${pullRequests.number} = ${origin('pull_request')}::int
  and ${pullRequests.head_sha} = ${origin('head_sha')} and ${pullRequests.experiment_id} <> ${experiments.id})`;

/** Rows for the outbox: commit status and comment of the experiment, if there is a `hook`. */
export function hookRows({ type, experiment_id, payload }: Told): SQL {
  const status = STATUS_WHEN[type] ?? sql`false`;
  // One that is queued is what the pull request is about to be measured by.
  const isOvertaken = type === 'experiment.queued' ? sql`false` : IS_OVERTAKEN;
  const comment = sql`hook.comment <> 'never' and ${origin('pull_request')} is not null and ${COMMENT_WHEN[type] ?? sql`false`}`;
  return sql`select ${NEW_DELIVERY_ID}, ${experiments.project_id}, told.kind, null::text, hook.id, ${type}::text, ${experiments.id},
    case told.kind when 'commit-status' then ${subjectOfCommit(origin('repo'), origin('head_sha'))} else ${origin('repo')} || '#' || ${origin('pull_request')} end,
    ${payload}
    from ${experiments}
    join hook on hook.project_id = ${experiments.project_id}
    cross join (values ('commit-status'), ('comment')) as told (kind)
    where ${experiments.id} = ${experiment_id} and ${experiments.origin} is not null
      and ${origin('repo')} is not null and ${origin('head_sha')} is not null and not ${isOvertaken}
      and case told.kind when 'commit-status' then ${status} else ${comment} end`;
}

function canWrite(): SQL {
  return sql`${hooks.provider} = ${sql.raw(`'${WRITES_TO}'`)} and ${hooks.has_token} and ${hooks.api_url} is not null and ${hooks.disabled_at} is null`;
}

function subjectOfCommit(repo: SQL, sha: SQL): SQL {
  return sql`${repo} || '@' || ${sha}`;
}

/**
 * A commit status of no experiment: what a hook has to say before it starts one, as while a fork waits for its approval. Written where
 * the hook can write to the code host; a later status of the commit takes its place.
 */
export async function noteCommitStatus(
  tx: Tx,
  note: {
    readonly hook_id: string;
    /** `owner/name`. */
    readonly repo: string;
    readonly head_sha: string;
    readonly state: 'pending' | 'error';
    /** One line, at most 140 characters. */
    readonly says: string;
  },
): Promise<void> {
  const { hook_id, repo, head_sha, state, says } = note;
  const payload = JSON.stringify({ type: 'commit-status', data: { repo, head_sha, state, says } });
  await tx.execute(sql`insert into ${deliveries} (id, project_id, kind, hook_id, event, subject, payload)
    select ${NEW_DELIVERY_ID}, ${hooks.project_id}, 'commit-status', ${hooks.id}, 'commit-status',
      ${subjectOfCommit(sql`${repo}::text`, sql`${head_sha}::text`)}, ${payload}::text::json
    from ${hooks} where ${hooks.id} = ${hook_id} and ${canWrite()} for share`);
}
