import { createHmac } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { type Api, jsonOf, type Project } from './service.ts';

/** Code hosts as they send their events: signed here by Node's own HMAC, verified there by WebCrypto. */

export interface Hook {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

/** A hook of the project; by default base against head of a target that nobody offers yet. */
export async function newHook(project: Project, settings: Record<string, unknown> = {}): Promise<Hook> {
  const provider = settings['provider'] ?? 'github';
  const defaults = {
    name: `hook ${uuidv7()}`,
    provider,
    ...(provider === 'generic' ? {} : { repo: provider === 'gitlab' ? 'acme/backend/shop' : 'acme/shop' }),
    ...(settings['template'] === undefined ? { target: 'shop', server: 'uvicorn' } : {}),
  };
  const made = await jsonOf<Hook & { secret: string | null }>(
    await project.send('POST', '/v1/hooks', { json: { ...defaults, ...settings } }),
    201,
  );
  return { ...made, secret: made.secret ?? String(settings['secret']) };
}

interface Changes {
  /** As the code host names the delivery; default: another each time. */
  readonly delivery?: string;
  readonly headers?: Record<string, string>;
  readonly type?: string;
}

export function githubSignature(secret: string, text: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

/** An event as GitHub sends it: `payload` as JSON, or the body as it is. */
export function fromGithub(
  api: Api,
  hook: Hook,
  event: string,
  payload: unknown,
  changes: Changes = {},
): Promise<Response> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return api.send('POST', hook.path, {
    text,
    ...(changes.type === undefined ? {} : { type: changes.type }),
    headers: {
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': changes.delivery ?? uuidv7(),
      'X-Hub-Signature-256': githubSignature(hook.secret, text),
      ...changes.headers,
    },
  });
}

/** The headers of Standard Webhooks. */
export function standardHeaders(
  secret: string,
  text: string,
  { id = `msg_${uuidv7()}`, at = Date.now() / 1000 }: { id?: string; at?: number } = {},
): Record<string, string> {
  const timestamp = String(Math.floor(at));
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** An event of whoever follows Standard Webhooks. */
export function fromAnyone(
  api: Api,
  hook: Hook,
  payload: unknown,
  { id, at, headers = {} }: { id?: string; at?: number; headers?: Record<string, string> } = {},
): Promise<Response> {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const signed = standardHeaders(hook.secret, text, {
    ...(id === undefined ? {} : { id }),
    ...(at === undefined ? {} : { at }),
  });
  return api.send('POST', hook.path, { text, headers: { ...signed, ...headers } });
}

/** An event of GitLab, with the secret token or signed. */
export function fromGitlab(
  api: Api,
  hook: Hook,
  event: string,
  payload: unknown,
  changes: Changes & { readonly signed?: boolean } = {},
): Promise<Response> {
  const text = JSON.stringify(payload);
  const delivery = changes.delivery ?? uuidv7();
  const shown = changes.signed
    ? standardHeaders(hook.secret, text, { id: delivery })
    : { 'X-Gitlab-Token': hook.secret };
  const headers = { 'X-Gitlab-Event': event, 'Idempotency-Key': delivery, ...shown, ...changes.headers };
  return api.send('POST', hook.path, { text, headers });
}

export interface Came {
  readonly delivery_id: string;
  readonly outcome: string;
  readonly says: string;
  readonly experiment_id: string | null;
}

export function cameOf(answer: Response, status = 202): Promise<Came> {
  return jsonOf<Came>(answer, status);
}

/** Of the experiments of the project, newest first. */
export async function experimentsOf(
  project: Project,
): Promise<{ id: string; status: string; labels: Record<string, string> }[]> {
  const { experiments } = await jsonOf<{
    experiments: { id: string; status: string; labels: Record<string, string> }[];
  }>(await project.send('GET', '/v1/experiments?limit=100'));
  return experiments;
}
