import { beforeAll, describe, expect, it } from 'vitest';
import { runnerOf } from './runner-client.ts';
import { type Api, problemOf, startApi } from './service.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

describe('what a session is refused', () => {
  it('a claim that names its runner, with the reason: superseded, or not known', async () => {
    const project = await api.project();
    const runner = runnerOf(project);
    const claim = async ({ session_id, runner_id }: { session_id: string; runner_id: string }) =>
      problemOf(await runner.claim(session_id, 'claim-0001', 0, runner_id));
    const [old, current] = [await runner.register(), await runner.register()];
    expect(await claim(old)).toMatchObject({ status: 409, code: 'session-superseded' });
    expect((await project.send('DELETE', `/v1/runners/${current.runner_id}`)).status).toBe(204);
    expect(await claim(current)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await claim(old)).toMatchObject({ status: 404, code: 'not-found' });
    const fresh = await runner.register();
    expect((await runner.claim(fresh.session_id, 'claim-0001', 0, fresh.runner_id)).status).toBe(204);
  });

  it('a claim of a session that is newer than all that the service knows, as not known', async () => {
    const project = await api.project();
    const runner = runnerOf(project);
    const { runner_id } = await runner.register();
    // A backup that was restored holds the session that this runner had then.
    const later = await runnerOf(project, 'host-0002').register();
    const refused = await problemOf(
      await runner.claim(later.session_id.replace(/^ses_0/, 'ses_1'), 'claim-0001', 0, runner_id),
    );
    expect(refused).toMatchObject({ status: 404, code: 'not-found' });
  });
});
