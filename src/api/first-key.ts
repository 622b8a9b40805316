import { SCOPES } from '../core/key-format.ts';
import { makeId } from '../core/id.ts';
import { createFirstOperator } from '../db/keys.ts';
import type { Deps } from './deps.ts';
import { makeKey } from './make-key.ts';

/** On a new database: the first project and its operator key, whose text is returned this once. Else null. */
export async function firstKey(deps: Pick<Deps, 'db' | 'uuid' | 'randomBytes'>): Promise<string | null> {
  const project = { id: makeId('project', deps.uuid), name: 'default' };
  const { text, row } = await makeKey(deps, {
    project_id: project.id,
    name: 'first operator',
    type: 'operator',
    scopes: SCOPES,
    expires_at: null,
  });
  return (await createFirstOperator(deps.db, { project, key: row })) ? text : null;
}
