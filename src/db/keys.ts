import type { Db } from './client.ts';
import type { NewProject } from './projects.ts';

export type KeyType = 'user' | 'runner' | 'operator';

export interface NewKey {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly type: KeyType;
  readonly scopes: readonly string[];
  readonly prefix: string;
  readonly last_four: string;
  /** SHA-256 of the key, hex. The key itself is never stored. */
  readonly hash: string;
  readonly expires_at: Date | null;
}

export interface KeyRow extends Omit<NewKey, 'hash'> {
  readonly created_at: Date;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

export type KeyHolder = Pick<KeyRow, 'id' | 'project_id' | 'type' | 'scopes'>;

export async function createKey(db: Db, key: NewKey): Promise<KeyRow> {
  throw new Error(String([db, key]));
}
/** The key of that hash, unless it is unknown, expired or revoked. */
export async function findKey(db: Db, hash: string): Promise<KeyHolder | null> {
  throw new Error(String([db, hash]));
}
/** Notes that the key was used, at most once a minute. */
export async function touchKey(db: Db, id: string): Promise<void> {
  throw new Error(String([db, id]));
}
/** Newest first; revoked and expired ones included. */
export async function listKeys(db: Db, project_id: string): Promise<KeyRow[]> {
  throw new Error(String([db, project_id]));
}
/** False: the project has no such key. Revoking twice is one revocation. */
export async function revokeKey(db: Db, project_id: string, id: string): Promise<boolean> {
  throw new Error(String([db, project_id, id]));
}
/** Makes the first project and its operator key; true only for the one caller that made it. `key.project_id` = `project.id`. */
export async function createFirstOperator(
  db: Db,
  first: { readonly project: NewProject; readonly key: NewKey },
): Promise<boolean> {
  throw new Error(String([db, first]));
}
