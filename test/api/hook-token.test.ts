import { beforeAll, describe, expect, it } from 'vitest';
import { getSecret } from '../../src/db/secrets.ts';
import { newHook } from './hook-senders.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

let api: Api;
let project: Project;
beforeAll(async () => {
  api = await startApi();
  project = await api.project();
});

describe('the token of a hook', () => {
  it('is set and forgotten, and never shown', async () => {
    const hook = await newHook(project);
    const path = `/v1/hooks/${hook.id}/token`;
    const set = await project.send('PUT', path, { json: { token: 'ghp_do-not-tell-either' } });
    const text = await set.text();
    expect(JSON.parse(text)).toMatchObject({ has_token: true });
    expect(text).not.toContain('ghp_');
    expect(await getSecret(api.db, `hook/${hook.id}/token`)).not.toBeNull();
    await jsonOf(await project.send('PUT', path, { json: { token: 'ghp_another' } }));
    expect((await project.send('DELETE', path)).status).toBe(204);
    expect(await getSecret(api.db, `hook/${hook.id}/token`)).toBeNull();
    expect(await jsonOf(await project.send('GET', `/v1/hooks/${hook.id}`))).toMatchObject({ has_token: false });
    expect(JSON.stringify(api.logged)).not.toContain('ghp_');
  });

  it('is forgotten with the address that it was given for: whoever may change that does not get it sent elsewhere', async () => {
    const hook = await newHook(project, { token: 'ghp_x' });
    const change = (json: unknown) => project.send('PATCH', `/v1/hooks/${hook.id}`, { json });
    const same = await jsonOf(await change({ api_url: 'https://api.github.com/', comment: 'never' }));
    expect(same).toMatchObject({ api_url: 'https://api.github.com', has_token: true });
    expect(await getSecret(api.db, `hook/${hook.id}/token`)).not.toBeNull();
    const other = await jsonOf(await change({ api_url: 'https://github.example.com/api/v3' }));
    expect(other).toMatchObject({ api_url: 'https://github.example.com/api/v3', has_token: false });
    expect(await getSecret(api.db, `hook/${hook.id}/token`)).toBeNull();
    await jsonOf(await project.send('PUT', `/v1/hooks/${hook.id}/token`, { json: { token: 'ghp_y' } }));
    await jsonOf(await change({ api_url: null }));
    expect(await jsonOf(await change({ api_url: 'https://evil.example.com' }))).toMatchObject({ has_token: false });
  });

  it('is refused for a code host that nothing is written to', async () => {
    const hook = await newHook(project, { provider: 'generic' });
    const answer = await project.send('PUT', `/v1/hooks/${hook.id}/token`, { json: { token: 'x' } });
    expect((await problemOf(answer)).errors?.map(({ pointer }) => pointer)).toEqual(['/token']);
  });
});
