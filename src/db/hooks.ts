import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { HookEventKind } from '../core/hook/hook-change.ts';
import type { Template } from '../core/hook/template.ts';
import type { Provider } from '../core/origin.ts';
import type { Db, Tx } from './client.ts';
import { violates } from './constraint.ts';
import { type COMMENT_WHEN, hooks } from './schema/hooks.ts';
import { projects } from './schema/projects.ts';
import { secrets } from './schema/secrets.ts';
import type { SecretRow } from './secrets.ts';

export interface HookSettings {
  readonly name: string;
  /** `owner/name`; null: any repository. */
  readonly repo: string | null;
  readonly events: readonly HookEventKind[];
  readonly branches: readonly string[];
  readonly template: Template;
  readonly api_url: string | null;
  readonly comment: (typeof COMMENT_WHEN)[number];
}

export interface HookRow extends HookSettings {
  readonly id: string;
  readonly project_id: string;
  readonly provider: Provider;
  readonly has_token: boolean;
  readonly created_at: Date;
  readonly disabled_at: Date | null;
  /** Until then what is signed with the secret before the current one is taken, too. */
  readonly previous_until: Date | null;
}

/** Of a project: one for each repository, and some to spare. */
export const MAX_HOOKS = 100;

export const SHOWN_HOOK = {
  id: hooks.id,
  project_id: hooks.project_id,
  name: hooks.name,
  provider: hooks.provider,
  repo: hooks.repo,
  events: hooks.events,
  branches: hooks.branches,
  template: hooks.template,
  api_url: hooks.api_url,
  comment: hooks.comment,
  has_token: hooks.has_token,
  created_at: hooks.created_at,
  disabled_at: hooks.disabled_at,
  previous_until: hooks.previous_until,
};

export const HOOK_SECRETS = ['secret', 'previous', 'token'] as const;

/** The purposes of a hook's secrets in `secrets`. */
export const hookPurpose = (hook_id: string, which: (typeof HOOK_SECRETS)[number]): string =>
  `hook/${hook_id}/${which}`;

/** Which it is, and what is never changed of it. */
interface NewHook extends HookSettings {
  readonly id: string;
  readonly project_id: string;
  readonly provider: Provider;
  readonly has_token: boolean;
}

/** Keeps the hook and its sealed secrets. `full`: the project has as many as it may have. */
export async function createHook(
  db: Db,
  hook: NewHook,
  sealed: readonly SecretRow[],
): Promise<HookRow | 'full' | 'name-taken'> {
  const { project_id } = hook;
  return db.transaction(async (tx) => {
    // Of two at once each counts the other.
    await tx.select({ id: projects.id }).from(projects).where(eq(projects.id, project_id)).for('no key update');
    const [all] = await tx.select({ count: count() }).from(hooks).where(eq(hooks.project_id, project_id));
    if ((all?.count ?? 0) >= MAX_HOOKS) return 'full';
    const { events, branches, ...others } = hook;
    const [row] = await tx
      .insert(hooks)
      .values({ ...others, events: [...events], branches: [...branches] })
      .onConflictDoNothing({ target: [hooks.project_id, hooks.name] })
      .returning(SHOWN_HOOK);
    if (!row) return 'name-taken';
    await tx.insert(secrets).values([...sealed]);
    return row;
  });
}

export function ownHook(project_id: string, id: string) {
  return and(eq(hooks.project_id, project_id), eq(hooks.id, id));
}

/** Oldest first. */
export async function listHooks(db: Db, project_id: string): Promise<HookRow[]> {
  return db
    .select(SHOWN_HOOK)
    .from(hooks)
    .where(eq(hooks.project_id, project_id))
    .orderBy(asc(hooks.created_at), asc(hooks.id));
}

export async function getHook(db: Db, project_id: string, id: string): Promise<HookRow | null> {
  const [row] = await db.select(SHOWN_HOOK).from(hooks).where(ownHook(project_id, id));
  return row ?? null;
}

/** The hook for who brings an event, whatever the project: the signature has still to be seen. */
export async function findHook(db: Db, provider: Provider, id: string): Promise<HookRow | null> {
  const [row] = await db
    .select(SHOWN_HOOK)
    .from(hooks)
    .where(and(eq(hooks.id, id), eq(hooks.provider, provider)));
  return row ?? null;
}

export interface HeldHook {
  readonly id: string;
  readonly project_id: string;
}

/** Whoever deletes the hook waits until the transaction ends. Null: it is no more. */
export async function holdHook(tx: Tx, id: string): Promise<HeldHook | null> {
  const [hook] = await tx
    .select({ id: hooks.id, project_id: hooks.project_id })
    .from(hooks)
    .where(eq(hooks.id, id))
    .for('key share');
  return hook ?? null;
}

type Change = { readonly [Key in keyof HookSettings]?: HookSettings[Key] | undefined } & {
  readonly disabled?: boolean | undefined;
};

/**
 * Sets what is given. Disabled, its events are noted and start nothing. With another address to write to the token is forgotten: who may
 * change the one must not get the other sent to where they like. Null: the project has no such hook.
 */
export async function changeHook(
  db: Db,
  project_id: string,
  id: string,
  change: Change,
): Promise<HookRow | 'name-taken' | null> {
  try {
    return await db.transaction(async (tx) => {
      const [row] = await tx.update(hooks).set(setOf(id, change)).where(ownHook(project_id, id)).returning(SHOWN_HOOK);
      if (row?.has_token === false) await tx.delete(secrets).where(eq(secrets.purpose, hookPurpose(id, 'token')));
      return row ?? null;
    });
  } catch (error) {
    if (violates(error, 'hooks_name')) return 'name-taken';
    throw error;
  }
}

function setOf(id: string, { disabled, events, branches, api_url, ...others }: Change) {
  return {
    // Always something to set: an update of nothing is none.
    id,
    ...others,
    events: events === undefined ? undefined : [...events],
    branches: branches === undefined ? undefined : [...branches],
    ...(api_url !== undefined && {
      api_url,
      has_token: sql`${hooks.has_token} and ${hooks.api_url} is not distinct from ${api_url}::text`,
    }),
    ...(disabled === false && { disabled_at: null }),
    ...(disabled === true && { disabled_at: sql`coalesce(${hooks.disabled_at}, now())` }),
  };
}

/** With its secrets, its deliveries and what it knows of pull requests; experiments stay. False: the project has no such hook. */
export async function deleteHook(db: Db, project_id: string, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const gone = await tx.delete(hooks).where(ownHook(project_id, id)).returning({ id: hooks.id });
    for (const hook of gone) await forgetSecrets(tx, hook.id);
    return gone.length > 0;
  });
}

/** Before the project itself, as who brings an event does. */
export async function holdHooksOf(tx: Tx, project_id: string): Promise<void> {
  await tx
    .select({ id: hooks.id })
    .from(hooks)
    .where(eq(hooks.project_id, project_id))
    .orderBy(asc(hooks.id))
    .for('update');
}

/** All of a project that is being deleted. */
export async function deleteHooksOf(tx: Tx, project_id: string): Promise<void> {
  const gone = await tx.delete(hooks).where(eq(hooks.project_id, project_id)).returning({ id: hooks.id });
  for (const hook of gone) await forgetSecrets(tx, hook.id);
}

async function forgetSecrets(tx: Tx, hook_id: string): Promise<void> {
  for (const which of HOOK_SECRETS) await tx.delete(secrets).where(eq(secrets.purpose, hookPurpose(hook_id, which)));
}
