import { makeId } from '../core/id.ts';
import { createSecret, getSecret, listSecrets, resealSecret, type SecretRow } from '../db/secrets.ts';
import type { Deps } from './deps.ts';
import { makeKeyring, type Keyring, seal, unseal } from './secret-box.ts';
import { StartError } from './start-error.ts';

type SecretDeps = Pick<Deps, 'db' | 'config' | 'uuid' | 'randomBytes'>;

/** The secrets that the service keeps sealed in its database. */
export interface ServiceSecrets {
  /** Signs share links. Of its own, so that changing the service's key breaks no link. */
  shareLinks(): Promise<Uint8Array>;
}

/** The purpose of the secret that signs share links. */
export const SHARE_LINKS = 'share-links';
const SHARE_SECRET_BYTES = 32;

function keyringOf({ config }: SecretDeps): Promise<Keyring> {
  return makeKeyring(config.secret_key, config.secret_key_previous ?? null);
}

/**
 * Opened when they are first needed, and kept: they never change, only what they are sealed with. The secret is kept, not the
 * promise of it: on Workers that would never be fulfilled once the request that made it has ended.
 */
export function createSecrets(deps: SecretDeps): ServiceSecrets {
  let shareSecret: Uint8Array | null = null;
  return {
    async shareLinks() {
      shareSecret ??= await openShareSecret(deps, await keyringOf(deps));
      return shareSecret;
    },
  };
}

async function openShareSecret(deps: SecretDeps, keyring: Keyring): Promise<Uint8Array> {
  const row = (await getSecret(deps.db, SHARE_LINKS)) ?? (await makeShareSecret(deps, keyring));
  const secret = await unseal(keyring, row);
  if (row.key_id !== keyring.current.id) await reseal(deps, keyring, row, secret);
  return secret;
}

/** Always at random: a secret that was the service's key would outlive it, and sign links for whoever had found that key. */
async function makeShareSecret(deps: SecretDeps, keyring: Keyring): Promise<SecretRow> {
  const secret = deps.randomBytes(SHARE_SECRET_BYTES);
  const row = { id: makeId('secret', deps.uuid), purpose: SHARE_LINKS };
  return createSecret(deps.db, { ...row, ...(await seal(keyring, row, secret, deps.randomBytes)) });
}

/** Whoever else seals the same row anew at the same time has sealed the same secret: either text will do. */
async function reseal(deps: SecretDeps, keyring: Keyring, row: SecretRow, secret: Uint8Array): Promise<void> {
  await resealSecret(deps.db, row, await seal(keyring, row, secret, deps.randomBytes));
}

/**
 * At the start: what is sealed with the previous key is sealed anew with the current one, each secret by itself, so that it may be
 * broken off and repeated; and what is made on first use is made. Throws StartError when a key is missing, before anything
 * else is done.
 */
export async function prepareSecrets(deps: SecretDeps): Promise<void> {
  const keyring = await keyringOf(deps);
  const rows = await listSecrets(deps.db);
  const known = new Set([keyring.current.id, keyring.previous?.id]);
  const lost = rows.find((row) => !known.has(row.key_id));
  if (lost !== undefined) throw missingKey(lost);
  for (const row of rows.filter(({ key_id }) => key_id !== keyring.current.id)) {
    await reseal(deps, keyring, row, await unseal(keyring, row));
  }
  await openShareSecret(deps, keyring);
}

function missingKey({ purpose, key_id }: SecretRow): StartError {
  const message = `the secret \`${purpose}\` is sealed with the key ${key_id}, which is neither the current nor the previous one: give that key as BENCHWRIGHT_SECRET_KEY_PREVIOUS, or as secret.key.previous in the data folder (docs/secrets.md)`;
  return new StartError('secret-key-unknown', message);
}
