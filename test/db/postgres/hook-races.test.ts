import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { approveWaiting } from '../../../src/db/hook-approve.ts';
import { receiveDelivery } from '../../../src/db/hook-receive.ts';
import { deleteHook, holdHook } from '../../../src/db/hooks.ts';
import { deleteProject } from '../../../src/db/projects.ts';
import { requireRoom } from '../../../src/db/queue-room.ts';
import { deleteExperiment } from '../../../src/db/experiments.ts';
import { requestCancel } from '../../../src/db/experiments-cancel.ts';
import { experiments } from '../../../src/db/schema/experiments.ts';
import { experimentFor, keptHook, newDelivery, pullChange, received, workOf } from '../hook-world.ts';
import { claimed, experimentOf, newProject, openRunner } from '../world.ts';
import { finishJob } from '../../../src/db/job-finish.ts';
import { hold, inTurn } from './contend.ts';
import { useTwoClients } from './two-clients.ts';

/** Two services that are sent the events of one hook; a lock that the test holds says who comes first. */
const clients = useTwoClients();

const pullRow = (hook_id: string) => `SELECT 1 FROM pull_requests WHERE hook_id = '${hook_id}' FOR UPDATE`;

async function withHook() {
  const { one } = clients;
  const project_id = await newProject(one);
  return { project_id, hook: await keptHook(one, project_id) };
}

const liveOf = async (project_id: string) =>
  (await clients.one.select().from(experiments).where(eq(experiments.project_id, project_id))).filter(
    ({ status }) => status !== 'canceled',
  );

test('The same delivery that comes to two services twenty times at once starts one experiment', async () => {
  const { one, two } = clients;
  const { project_id, hook } = await withHook();
  const change = pullChange('a', 1);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      receiveDelivery(n % 2 ? one : two, newDelivery(hook, 'same'), workOf(hook, change)),
    ),
  );
  expect(answers.filter(({ kind }) => kind === 'received')).toHaveLength(1);
  const ids = answers.map((answer) => ('delivery' in answer ? answer.delivery.experiment_id : ''));
  expect(new Set(ids).size).toBe(1);
  expect(await liveOf(project_id)).toHaveLength(1);
});

test('A repeat by its body, under another id, waits for the first and gets its answer', async () => {
  const { one, two } = clients;
  const { project_id, hook } = await withHook();
  const change = pullChange('a', 1);
  const answers = await Promise.all(
    [one, two, one].map((db, n) => receiveDelivery(db, newDelivery(hook, `id ${n}`, 'body'), workOf(hook, change))),
  );
  expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['received', 'repeated', 'repeated']);
  expect(await liveOf(project_id)).toHaveLength(1);
});

test.each([
  ['the older', [1, 2]],
  ['the newer', [2, 1]],
])(
  'Of two first events of a pull request at once, %s of which locks first, the newer is measured',
  async (_, minutes) => {
    const { one, two, direct } = clients;
    const { project_id, hook } = await withHook();
    await received(one, hook, pullChange('before', 0));
    const send = (db: typeof one, minute: number) => () =>
      receiveDelivery(db, newDelivery(hook), workOf(hook, pullChange(`at ${minute}`, minute)));
    const [first, second] = await inTurn(direct, pullRow(hook.id), [
      send(one, minutes[0] ?? 0),
      send(two, minutes[1] ?? 0),
    ]);
    expect([first.kind, second.kind]).toEqual(['received', 'received']);
    expect((await liveOf(project_id)).map(({ labels }) => labels['commit'])).toEqual([pullChange('at 2', 2).head_sha]);
  },
);

test('Two services that see a pull request for the first time at once make one row of it', async () => {
  const { one, two } = clients;
  for (let round = 0; round < 10; round += 1) {
    const { project_id, hook } = await withHook();
    await Promise.all([
      receiveDelivery(one, newDelivery(hook), workOf(hook, pullChange('older', 1))),
      receiveDelivery(two, newDelivery(hook), workOf(hook, pullChange('newer', 2))),
    ]);
    expect((await liveOf(project_id)).map(({ labels }) => labels['commit'])).toEqual([pullChange('newer', 2).head_sha]);
  }
});

test('An approval that comes while a newer commit does finds nothing to approve', async () => {
  const { one, two, direct } = clients;
  const { project_id, hook } = await withHook();
  const waiting = pullChange('fork', 1, { fork: true });
  await received(one, hook, waiting);
  const [push, approval] = await inTurn(direct, pullRow(hook.id), [
    () => receiveDelivery(one, newDelivery(hook), workOf(hook, pullChange('newer', 2, { fork: true }))),
    () => approveWaiting(two, hook.id, waiting, experimentFor(hook, waiting)),
  ]);
  expect(push).toMatchObject({ delivery: { outcome: 'waiting-approval' } });
  expect(approval).toEqual({ kind: 'not-waiting' });
  expect(await liveOf(project_id)).toEqual([]);
});

test('A newer commit that comes while the one before is approved cancels what was started', async () => {
  const { one, two, direct } = clients;
  const { project_id, hook } = await withHook();
  const waiting = pullChange('fork', 1, { fork: true });
  await received(one, hook, waiting);
  const [approval, push] = await inTurn(direct, pullRow(hook.id), [
    () => approveWaiting(two, hook.id, waiting, experimentFor(hook, waiting)),
    () => receiveDelivery(one, newDelivery(hook), workOf(hook, pullChange('newer', 2, { fork: true }))),
  ]);
  expect(approval).toEqual({ kind: 'started' });
  expect(push).toMatchObject({ delivery: { outcome: 'waiting-approval' } });
  expect(await liveOf(project_id)).toEqual([]);
});

test('A hook that is deleted while an event comes is deleted after it, or the event finds none', async () => {
  const { one, two, direct } = clients;
  const { project_id, hook } = await withHook();
  const first = await received(one, hook, pullChange('a', 1));
  await using held = await hold(direct, pullRow(hook.id));
  const event = receiveDelivery(one, newDelivery(hook), workOf(hook, pullChange('b', 2)));
  await held.waiters(1);
  const gone = deleteHook(two, project_id, hook.id);
  await held.waiters(2);
  await held.release();
  expect(await event).toMatchObject({ kind: 'received' });
  expect(await gone).toBe(true);
  expect((await experimentOf(one, first.experiment_id ?? '')).status).toBe('canceled');
});

test('An event that comes while its hook is being deleted finds none, and fails nothing', async () => {
  const { one, direct } = clients;
  const { project_id, hook } = await withHook();
  await using held = await hold(direct, `DELETE FROM hooks WHERE id = '${hook.id}'`);
  const event = receiveDelivery(one, newDelivery(hook), workOf(hook, pullChange('a', 1)));
  await held.waiters(1);
  await held.release();
  expect(await event).toEqual({ kind: 'not-found' });
  expect(await liveOf(project_id)).toEqual([]);
});

test('A push, a finish and a deletion of what it supersedes end, in whatever order they come', async () => {
  const { one, two } = clients;
  for (let round = 0; round < 10; round += 1) {
    const { project_id, hook } = await withHook();
    const { experiment_id } = await received(one, hook, pullChange('a', 1));
    const runner = await openRunner(one, project_id);
    const job = await claimed(one, runner);
    const push = () => receiveDelivery(two, newDelivery(hook), workOf(hook, pullChange('b', 2)));
    const finish = () => finishJob(one, { ...job, outcome: 'failed', reason: 'fail-fast' });
    const remove = () => deleteExperiment(two, project_id, experiment_id ?? '');
    const cancel = () => requestCancel(one, project_id, experiment_id ?? '');
    const all = round % 2 ? [push, finish, remove, cancel] : [remove, cancel, finish, push];
    const answers = await Promise.all(all.map((each) => each()));
    expect(answers).toHaveLength(4);
    expect(await liveOf(project_id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ labels: { commit: pullChange('b', 2).head_sha } })]),
    );
  }
});

test('A project that is deleted while an event comes for it waits for that event, and not the other way round', async () => {
  const { one, two, direct } = clients;
  const { project_id, hook } = await withHook();
  await using watch = await hold(direct, 'SELECT 1');
  const { deleting } = await one.transaction(async (tx) => {
    await holdHook(tx, hook.id);
    const begun = deleteProject(two, project_id);
    await watch.waiters(1);
    await requireRoom(tx, project_id);
    return { deleting: begun };
  });
  expect(await deleting).toBe('deleted');
});
