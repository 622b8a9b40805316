import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { createKeptSecrets } from '../../src/api/kept-secrets.ts';
import { webhookSecretText } from '../../src/api/webhook-signature.ts';
import { secrets } from '../../src/db/schema/secrets.ts';
import { deliveries } from '../../src/db/schema/webhooks.ts';
import { MAX_WEBHOOKS, secretPurpose } from '../../src/db/webhooks.ts';
import { smallSpec } from '../fixtures/spec.ts';
import { type Api, jsonOf, problemOf, type Project, startApi } from './service.ts';

interface Webhook {
  id: string;
  url: string;
  events: string[];
  disabled_at: string | null;
  disabled_reason: string | null;
  previous_secret_until: string | null;
  secret: string;
}
interface Delivery {
  id: string;
  event: string;
  state: string;
  experiment_id: string | null;
  payload: { type: string; data: Record<string, unknown> };
  log: unknown[];
}

let api: Api;
beforeAll(async () => {
  api = await startApi();
});

const URL_GIVEN = 'https://example.com/hook';

async function make(project: Project, json: object = {}): Promise<Webhook> {
  const body = { url: URL_GIVEN, events: ['experiment.queued', 'experiment.canceled'], ...json };
  return jsonOf<Webhook>(await project.send('POST', '/v1/webhooks', { json: body }), 201);
}

/** The secret that what is sent would be signed with. */
async function secretOf(id: string, which: 'current' | 'previous'): Promise<string | null> {
  const kept = await createKeptSecrets(api.deps).open(secretPurpose(id, which));
  return kept === null ? null : webhookSecretText(kept.secret);
}

describe('POST /v1/webhooks', () => {
  it('makes a webhook and shows its secret this once; what is stored is sealed', async () => {
    const project = await api.project();
    const answer = await project.send('POST', '/v1/webhooks', {
      json: {
        url: 'https://EXAMPLE.com:443/hook',
        events: ['experiment.failed', 'runner.offline', 'experiment.failed'],
      },
    });
    const made = await jsonOf<Webhook>(answer, 201);
    expect(answer.headers.get('Location')).toBe(`/v1/webhooks/${made.id}`);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(made).toMatchObject({
      url: URL_GIVEN,
      description: '',
      events: ['experiment.failed', 'runner.offline'],
      disabled_at: null,
      previous_secret_until: null,
    });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await secretOf(made.id, 'current')).toBe(made.secret);
    for (const path of ['/v1/webhooks', `/v1/webhooks/${made.id}`])
      expect(await (await project.send('GET', path)).text()).not.toContain('whsec_');
    const [row] = await api.db
      .select()
      .from(secrets)
      .where(eq(secrets.purpose, secretPurpose(made.id, 'current')));
    expect(JSON.stringify(row)).not.toContain(made.secret.slice('whsec_'.length));
  });

  it('names every problem of a request, and stores nothing', async () => {
    const project = await api.project();
    const json = { url: 1, events: ['experiment.exploded', 'webhook.test'], description: 'a\nb', secret: 'mine' };
    const problem = await problemOf(await project.send('POST', '/v1/webhooks', { json }));
    expect(problem.code).toBe('invalid-request');
    expect(problem.errors?.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/description',
      '/events/0',
      '/events/1',
      '/secret',
      '/url',
    ]);
    const { webhooks } = await jsonOf<{ webhooks: unknown[] }>(await project.send('GET', '/v1/webhooks'));
    expect(webhooks).toEqual([]);
  });

  it.each([
    ['http://example.com/', 'does not begin with https:'],
    ['https://user:pass@example.com/', 'holds a user name or a password'],
    ['https://127.0.0.1/', 'leads to this machine itself'],
    ['https://2130706433/', 'leads to this machine itself'],
    ['https://169.254.169.254/', 'leads to the metadata service of a cloud'],
    ['https://[::ffff:10.0.0.1]/', 'leads to an address in which another is hidden'],
    ['https://localhost/', 'names a host that is not of the public internet'],
    ['not a URL', 'is no URL'],
  ])('refuses the address %s, which %s; so does PATCH', async (url, why) => {
    const project = await api.project();
    const { id } = await make(project);
    for (const answer of [
      await project.send('POST', '/v1/webhooks', { json: { url, events: ['experiment.failed'] } }),
      await project.send('PATCH', `/v1/webhooks/${id}`, { json: { url } }),
    ]) {
      expect(answer.status).toBe(422);
      const detail = `expected a public https address, got one that ${why}`;
      expect((await problemOf(answer)).errors).toEqual([{ pointer: '/url', detail }]);
    }
  });

  it('makes twenty for a project and no more', async () => {
    const project = await api.project();
    for (let n = 0; n < MAX_WEBHOOKS; n += 1) await make(project);
    const refused = await project.send('POST', '/v1/webhooks', {
      json: { url: URL_GIVEN, events: ['experiment.failed'] },
    });
    expect(refused.status).toBe(429);
    expect(await problemOf(refused)).toMatchObject({ code: 'quota-exceeded', max_webhooks: MAX_WEBHOOKS });
  });
});

describe('a webhook', () => {
  it('is changed by what is given, disabled and enabled again, and deleted', async () => {
    const project = await api.project();
    const { id, secret: _secret, ...made } = await make(project);
    const patch = async (json: object) => jsonOf<Webhook>(await project.send('PATCH', `/v1/webhooks/${id}`, { json }));
    expect(await patch({ description: 'chat' })).toEqual({ id, ...made, description: 'chat' });
    expect(await patch({ disabled: true })).toMatchObject({
      disabled_reason: 'owner',
      disabled_at: expect.any(String),
    });
    expect(await patch({ disabled: false })).toMatchObject({ disabled_reason: null, disabled_at: null });
    expect((await project.send('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/deliveries'],
      ['POST', '/test'],
      ['POST', '/rotate-secret'],
    ] as const)
      expect((await project.send(method, `/v1/webhooks/${id}${path}`)).status, `${method} ${path}`).toBe(404);
    expect(await secretOf(id, 'current')).toBeNull();
  });

  it('that is disabled takes no test and no delivery again, and says how to enable it', async () => {
    const project = await api.project();
    const { id } = await make(project);
    const tested = await jsonOf<Delivery>(await project.send('POST', `/v1/webhooks/${id}/test`), 202);
    await project.send('PATCH', `/v1/webhooks/${id}`, { json: { disabled: true } });
    for (const path of ['test', `deliveries/${tested.id}/redeliver`]) {
      const refused = await project.send('POST', `/v1/webhooks/${id}/${path}`);
      expect(refused.status).toBe(409);
      const problem = await problemOf(refused);
      expect(problem.code).toBe('webhook-disabled');
      expect(problem.detail).toContain('disabled: false');
    }
  });

  it('is told what happens to experiments of its project: what is to be sent is in its log', async () => {
    const [project, other] = [await api.project(), await api.project()];
    const [mine, theirs] = [await make(project), await make(other)];
    const { id } = await jsonOf<{ id: string }>(
      await project.send('POST', '/v1/experiments', { json: smallSpec({ name: 'Told' }) }),
      202,
    );
    await project.send('POST', `/v1/experiments/${id}/cancel`);
    const list = async (of: Project, webhook: Webhook) =>
      (await jsonOf<{ deliveries: Delivery[] }>(await of.send('GET', `/v1/webhooks/${webhook.id}/deliveries`)))
        .deliveries;
    const told = await list(project, mine);
    expect(told.map(({ event, experiment_id }) => [event, experiment_id])).toEqual([
      ['experiment.canceled', id],
      ['experiment.queued', id],
    ]);
    expect(await list(other, theirs)).toEqual([]);
    const one = await project.send('GET', `/v1/webhooks/${mine.id}/deliveries/${told[0]!.id}`);
    expect(await jsonOf<Delivery>(one)).toMatchObject({
      state: 'pending',
      payload: { type: 'experiment.canceled', data: { experiment_id: id, name: 'Told', status: 'canceled' } },
      log: [],
    });
  });
});

describe('POST /v1/webhooks/{id}/rotate-secret', () => {
  it('gives another secret, and lets the one before sign for a day unless told otherwise', async () => {
    const project = await api.project();
    const made = await make(project);
    const rotate = async (json?: object) =>
      jsonOf<Webhook>(
        await project.send('POST', `/v1/webhooks/${made.id}/rotate-secret`, json === undefined ? {} : { json }),
      );
    const until = (webhook: Webhook) => (Date.parse(webhook.previous_secret_until ?? '') - Date.now()) / 1000;
    const second = await rotate();
    expect(second.secret).not.toBe(made.secret);
    expect(Math.abs(until(second) - 86_400)).toBeLessThan(60);
    expect(await secretOf(made.id, 'current')).toBe(second.secret);
    expect(await secretOf(made.id, 'previous')).toBe(made.secret);
    const third = await rotate({ overlap_s: 0 });
    expect(until(third)).toBeLessThanOrEqual(1);
    expect(await secretOf(made.id, 'previous')).toBe(second.secret);
    const answers = await Promise.all([rotate(), rotate()]);
    const current = await secretOf(made.id, 'current');
    expect(answers.map(({ secret }) => secret)).toContain(current);
  });

  it('refuses an overlap of more than a week', async () => {
    const project = await api.project();
    const { id } = await make(project);
    const refused = await project.send('POST', `/v1/webhooks/${id}/rotate-secret`, { json: { overlap_s: 604_801 } });
    expect((await problemOf(refused)).errors?.map(({ pointer }) => pointer)).toEqual(['/overlap_s']);
  });
});

describe('/v1/webhooks/{id}/deliveries', () => {
  it('is read in pages that lead to each other', async () => {
    const project = await api.project();
    const { id } = await make(project);
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1)
      made.push((await jsonOf<Delivery>(await project.send('POST', `/v1/webhooks/${id}/test`), 202)).id);
    const seen: string[] = [];
    let next: string | null = `/v1/webhooks/${id}/deliveries?limit=2`;
    while (next !== null) {
      const answer = await project.send('GET', next);
      const page = await jsonOf<{ deliveries: Delivery[]; next: string | null }>(answer);
      expect(answer.headers.get('Link')).toBe(page.next === null ? null : `<${page.next}>; rel="next"`);
      seen.push(...page.deliveries.map((delivery) => delivery.id));
      next = page.next;
    }
    expect(seen).toEqual(made.toReversed());
  });

  it('refuses a cursor that it did not make, and knows no delivery of another webhook', async () => {
    const project = await api.project();
    const [one, other] = [await make(project), await make(project)];
    for (const query of ['cursor=x', 'cursor=-1', 'limit=0', 'limit=101', 'state=failed'])
      expect((await project.send('GET', `/v1/webhooks/${one.id}/deliveries?${query}`)).status, query).toBe(422);
    const tested = await jsonOf<Delivery>(await project.send('POST', `/v1/webhooks/${one.id}/test`), 202);
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/redeliver'],
    ] as const) {
      const answer = await project.send(method, `/v1/webhooks/${other.id}/deliveries/${tested.id}${path}`);
      expect(answer.status, path).toBe(404);
    }
  });

  it('sends again what has ended, at once and under its id', async () => {
    const project = await api.project();
    const { id } = await make(project);
    const tested = await jsonOf<Delivery>(await project.send('POST', `/v1/webhooks/${id}/test`), 202);
    await api.db
      .update(deliveries)
      .set({ state: 'failed', ended_at: new Date(), next_attempt_at: null })
      .where(eq(deliveries.id, tested.id));
    const again = await project.send('POST', `/v1/webhooks/${id}/deliveries/${tested.id}/redeliver`);
    expect(await jsonOf<Delivery>(again, 202)).toMatchObject({ id: tested.id, state: 'pending', ended_at: null });
  });
});
