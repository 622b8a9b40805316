import { makeId } from '../core/id.ts';
import { getSecret, resealSecret, type SecretRow } from '../db/secrets.ts';
import type { Deps } from './deps.ts';
import { type Keyring, makeKeyring, seal, unseal } from './secret-box.ts';

type KeyringDeps = Pick<Deps, 'db' | 'config' | 'uuid' | 'randomBytes'>;

/** Secrets of users' own making or for them, one for each purpose: sealed at rest, opened when they are used, kept nowhere in between. */
export interface KeptSecrets {
  /** The row to be stored, in the transaction of what it belongs to. */
  sealFor(purpose: string, secret: Uint8Array): Promise<SecretRow>;
  /** Null: there is none for that purpose. Throws UnknownKeyError. */
  open(purpose: string): Promise<{ readonly row: SecretRow; readonly secret: Uint8Array } | null>;
}

export function createKeptSecrets(deps: KeyringDeps): KeptSecrets {
  const { config, randomBytes } = deps;
  let keyring: Keyring | null = null;
  const keys = async () => (keyring ??= await makeKeyring(config.secret_key, config.secret_key_previous ?? null));
  return {
    async sealFor(purpose, secret) {
      const row = { id: makeId('secret', deps.uuid), purpose };
      return { ...row, ...(await seal(await keys(), row, secret, randomBytes)) };
    },
    async open(purpose) {
      const row = await getSecret(deps.db, purpose);
      if (row === null) return null;
      const known = await keys();
      const secret = await unseal(known, row);
      // Where nothing starts, as on Workers, a rotation of the service's key reaches each secret when it is used.
      if (row.key_id !== known.current.id)
        await resealSecret(deps.db, row, await seal(known, row, secret, randomBytes));
      return { row, secret };
    },
  };
}
