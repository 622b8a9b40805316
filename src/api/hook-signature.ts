import type { Provider } from '../core/origin.ts';
import { equalBytes, equalTexts } from './constant-time.ts';

/**
 * Who sent an event: shown by a signature over the raw bytes, or by a token beside them, before anything of them is read. By WebCrypto,
 * which Node and Workers share.
 */

/** `old`: rightly signed, at another time than now. */
export type Verdict = 'good' | 'bad' | 'old';

interface Sent {
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/** Standard Webhooks: what was signed longer ago, or further ahead, may have been recorded and is played again (s). */
const TOLERANCE_S = 300;
const SECRET_PREFIX = 'whsec_';
/** As the specification has it: 24 to 64 bytes. */
const SECRET_BYTES = { least: 24, most: 64 } as const;

async function hmac(key: Uint8Array, content: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, new Uint8Array(content)));
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Null: this is no base64. */
function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0) return null;
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** The key that a secret's text stands for: what follows `whsec_` is base64 of it; any other text is its own bytes. */
function standardKey(secret: string): Uint8Array {
  const encoded = secret.startsWith(SECRET_PREFIX) ? fromBase64(secret.slice(SECRET_PREFIX.length)) : null;
  return encoded ?? new TextEncoder().encode(secret);
}

/** Whether a text that begins as the secret of Standard Webhooks is one. */
export function isWholeSecret(text: string): boolean {
  if (!text.startsWith(SECRET_PREFIX)) return true;
  const bytes = fromBase64(text.slice(SECRET_PREFIX.length))?.length ?? 0;
  return bytes >= SECRET_BYTES.least && bytes <= SECRET_BYTES.most;
}

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries: the text of the secret is the key. */
async function fromGithub({ headers, bytes }: Sent, secrets: readonly string[]): Promise<Verdict> {
  const given = /^sha256=([0-9a-f]{64})$/.exec(headers.get('X-Hub-Signature-256') ?? '')?.[1];
  const signature = given === undefined ? new Uint8Array() : fromHex(given);
  const expected = await Promise.all(secrets.map((secret) => hmac(new TextEncoder().encode(secret), bytes)));
  return expected.map((each) => equalBytes(each, signature)).includes(true) ? 'good' : 'bad';
}

/** Of the header `webhook-id`: without a full stop, which would let parts of what is signed change places. */
const ID = /^[!-\-/-~]{1,255}$/;

/**
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md: HMAC-SHA256 of `id.timestamp.body`; of
 * several signatures one has to fit, those of other kinds than `v1` are passed over.
 */
async function fromStandard({ headers, bytes }: Sent, secrets: readonly string[], now: Date): Promise<Verdict> {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const content = new Uint8Array(head.length + bytes.length);
  content.set(head);
  content.set(bytes, head.length);
  const expected = await Promise.all(secrets.map((secret) => hmac(standardKey(secret), content)));
  const given = (headers.get('webhook-signature') ?? '').split(' ').flatMap((each) => {
    const signature = each.startsWith('v1,') ? fromBase64(each.slice('v1,'.length)) : null;
    return signature === null ? [] : [signature];
  });
  const fits = given
    .map((signature) => expected.map((each) => equalBytes(each, signature)).includes(true))
    .includes(true);
  if (!fits || !ID.test(id) || !/^\d{1,11}$/.test(timestamp)) return 'bad';
  return Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_S ? 'old' : 'good';
}

/** A signature where the hook has a signing token; else the secret token as it is. One that has a signature is not let in by less. */
async function fromGitlab(sent: Sent, secrets: readonly string[], now: Date): Promise<Verdict> {
  if (sent.headers.has('webhook-signature')) return fromStandard(sent, secrets, now);
  const token = sent.headers.get('X-Gitlab-Token') ?? '';
  return secrets.map((secret) => equalTexts(secret, token)).includes(true) ? 'good' : 'bad';
}

/** Whether who sent the request knows one of the secrets. */
export function verifySender(provider: Provider, sent: Sent, secrets: readonly string[], now: Date): Promise<Verdict> {
  if (provider === 'github') return fromGithub(sent, secrets);
  return provider === 'gitlab' ? fromGitlab(sent, secrets, now) : fromStandard(sent, secrets, now);
}

/** RFC 3339; null without a time of Standard Webhooks. */
export function sentAt(headers: Headers): string | null {
  const timestamp = headers.get('webhook-timestamp');
  return timestamp === null ? null : new Date(Number(timestamp) * 1000).toISOString();
}
