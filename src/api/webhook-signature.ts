import { toBase64 } from './digest.ts';

/** Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), symmetric signatures. */

const SECRET_PREFIX = 'whsec_';
/** The specification asks for 24 to 64; as long as the SHA-256 that it keys. */
export const WEBHOOK_SECRET_BYTES = 32;

/** As it is shown, and as receivers' libraries take it. */
export function webhookSecretText(secret: Uint8Array): string {
  return SECRET_PREFIX + toBase64(secret);
}

interface Signed {
  readonly id: string;
  /** Unix time of the attempt, in seconds. */
  readonly timestamp: number;
  readonly body: string;
}

async function signature(secret: Uint8Array, { id, timestamp, body }: Signed): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', new Uint8Array(secret), algorithm, false, ['sign']);
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, content)))}`;
}

/** The headers of an attempt. Signed with each of the secrets: during a rotation a receiver may know either. */
export async function webhookHeaders(signed: Signed, secrets: readonly Uint8Array[]): Promise<Record<string, string>> {
  const signatures = await Promise.all(secrets.map((secret) => signature(secret, signed)));
  return {
    'webhook-id': signed.id,
    'webhook-timestamp': String(signed.timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
