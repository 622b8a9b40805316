import type { PullRequestRef } from '../db/outbox-told.ts';
import type { ServiceSecrets } from './service-secrets.ts';

/** Hidden in a comment, as long as an UUID. */
const TAG_BYTES = 16;

/**
 * Marks the comment of one pull request as ours: without the service's secret nobody can make one beforehand that would be taken for it.
 * Not by the token's user: an app's token does not tell who it is.
 */
export async function commentTag(secrets: ServiceSecrets, { hook_id, repo, number }: PullRequestRef): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new Uint8Array(await secrets.shareLinks()), algorithm, false, [
    'sign',
  ]);
  const content = new TextEncoder().encode(`comment\0${hook_id}\0${repo}\0${number}`);
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return Array.from(signed.subarray(0, TAG_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
