import { z } from '@hono/zod-openapi';
import type { Deps } from '../deps.ts';
import { toBase64Url } from '../digest.ts';
import { type Keyring, makeKeyring, seal, unseal } from '../secret-box.ts';

/** A working day: who leaves a browser open overnight signs in again. It is never made longer. */
export const SESSION_S = 12 * 60 * 60;
/** 128 bits: guessing one is hopeless. */
const TOKEN_BYTES = 16;
/** A session is about 300 characters; a cookie of more is none of ours. */
const MAX_TEXT = 1_000;

/** Bound into the seal: no other sealed text of the service can be taken for a session. */
const SEALED_FOR = { id: 'cookie', purpose: 'console-session' };

const sessionSchema = z.object({
  /** SHA-256 of the key, hex: by it the key is looked up each time, and it cannot be made into the key. */
  key_hash: z.string(),
  /** What every form of the session carries. */
  form_token: z.string(),
  /** Unix time, ms. */
  expires_at: z.number(),
});
export type Session = z.output<typeof sessionSchema>;

/** Sessions, which live in their cookie alone: nothing is stored, so that any process or isolate can open them. */
export interface Sessions {
  begin(key_hash: string): Promise<string>;
  /** Null: it is none of ours, was changed, or is over. */
  open(text: string): Promise<Session | null>;
}

export function createSessions({ config, now, randomBytes }: Pick<Deps, 'config' | 'now' | 'randomBytes'>): Sessions {
  // The keys, not the promise of them: on Workers that would never be fulfilled once the request that began it has ended.
  let kept: Keyring | null = null;
  const keys = async () => (kept ??= await makeKeyring(config.secret_key, config.secret_key_previous ?? null));
  return {
    async begin(key_hash) {
      const form_token = toBase64Url(randomBytes(TOKEN_BYTES));
      const session: Session = { key_hash, form_token, expires_at: now().getTime() + SESSION_S * 1000 };
      const text = new TextEncoder().encode(JSON.stringify(session));
      const { key_id, sealed } = await seal(await keys(), SEALED_FOR, text, randomBytes);
      return `${key_id}.${sealed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
    },
    async open(text) {
      const bytes = text.length > MAX_TEXT ? null : await opened(await keys(), text);
      if (bytes === null) return null;
      // One that another version of the service began may have another form: it is over, too.
      const { data } = sessionSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
      return data !== undefined && now().getTime() < data.expires_at ? data : null;
    },
  };
}

/** Null for whatever was not sealed here, with a key that the service still has. */
async function opened(keyring: Keyring, text: string): Promise<Uint8Array | null> {
  const [, key_id = '', sealed = ''] = /^([0-9a-f]{8})\.([A-Za-z0-9_-]+)$/.exec(text) ?? [];
  try {
    const standard = sealed.replaceAll('-', '+').replaceAll('_', '/');
    return await unseal(keyring, { ...SEALED_FOR, key_id, sealed: standard });
  } catch {
    return null;
  }
}
