import { expect, test } from 'vitest';
import { findKey, type NewKey, revokeKey } from '../../src/db/keys.ts';
import { installOperator } from '../../src/db/operator-keys.ts';
import { createProject, listProjects } from '../../src/db/projects.ts';
import { useDatabase } from './database.ts';
import { id, sha256 } from './world.ts';

const database = useDatabase();

function operator(text: string): { project: { id: string; name: string }; key: NewKey } {
  const project = { id: id('project'), name: 'default' };
  const key: NewKey = {
    id: id('key'),
    project_id: project.id,
    name: 'given',
    type: 'operator',
    scopes: ['operator'],
    prefix: 'bw_operator_abcd',
    last_four: 'wxyz',
    hash: sha256(text),
    expires_at: null,
  };
  return { project, key };
}

test('An operator key that is given makes the first project, is known when given again, and stays revoked', async () => {
  const { db } = database;
  const given = Array.from({ length: 3 }, () => operator('one'));
  expect(await Promise.all(given.map((each) => installOperator(db, each)))).toEqual([true, true, true]);
  const projects = await listProjects(db);
  expect(projects).toHaveLength(1);
  const holder = await findKey(db, sha256('one'));
  expect(holder).toMatchObject({ project_id: projects[0]?.id, type: 'operator' });

  await createProject(db, { id: id('project'), name: 'later' });
  expect(await installOperator(db, operator('two'))).toBe(true);
  expect((await findKey(db, sha256('two')))?.project_id).toBe(projects[0]?.id);

  await revokeKey(db, holder?.project_id ?? '', holder?.id ?? '');
  expect(await installOperator(db, operator('one'))).toBe(false);
  expect(await findKey(db, sha256('one'))).toBeNull();
  expect(await installOperator(db, operator('two'))).toBe(true);
});
