import { makeId } from '../core/id.ts';
import { keyType, SCOPES } from '../core/key-format.ts';
import { installOperator } from '../db/operator-keys.ts';
import type { Deps } from './deps.ts';
import { keyRow } from './make-key.ts';
import { StartError } from './start-error.ts';

const NAME = 'BENCHWRIGHT_OPERATOR_KEY';

/**
 * Makes an operator's key whose text was made elsewhere (`benchwright keys generate`) one of this instance, however often it is
 * given. False: it was revoked, and stays so.
 */
export async function storeOperatorKey(deps: Pick<Deps, 'db' | 'uuid'>, text: string, name = NAME): Promise<boolean> {
  const project = { id: makeId('project', deps.uuid), name: 'default' };
  const options = { project_id: project.id, name, type: 'operator', scopes: SCOPES, expires_at: null } as const;
  return installOperator(deps.db, { project, key: await keyRow(deps, text, options) });
}

/** Throws StartError for a text that is no operator key. */
export function checkOperatorKey(text: string): void {
  if (keyType(text) === 'operator') return;
  throw new StartError(
    'operator-key-invalid',
    'BENCHWRIGHT_OPERATOR_KEY is no operator key: make one with `benchwright keys generate`',
  );
}

/** `storeOperatorKey` at the start of a service. Throws StartError for a key that was revoked. */
export async function installOperatorKey(deps: Pick<Deps, 'db' | 'uuid'>, text: string): Promise<void> {
  if (await storeOperatorKey(deps, text)) return;
  throw new StartError(
    'operator-key-invalid',
    'BENCHWRIGHT_OPERATOR_KEY was revoked: make another with `benchwright keys generate`',
  );
}
