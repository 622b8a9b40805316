import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeKeyring, seal, unseal } from '../../src/api/secret-box.ts';

const random = (count: number) => new Uint8Array(randomBytes(count));
const KEY = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);
const SECRET = new TextEncoder().encode('whsec_do-not-tell');
const ROW = { id: 'sec_1', purpose: 'share-links' };

async function sealedRow() {
  return { ...ROW, ...(await seal(await makeKeyring(KEY, null), ROW, SECRET, random)) };
}

describe('a sealed secret', () => {
  it('opens with its key, and names that by the first 8 hex digits of its SHA-256', async () => {
    const row = await sealedRow();
    expect(row.key_id).toBe(createHash('sha256').update(KEY).digest('hex').slice(0, 8));
    expect(await unseal(await makeKeyring(KEY, null), row)).toEqual(SECRET);
  });

  it('holds nothing that can be read, and is another text each time', async () => {
    const [a, b] = [await sealedRow(), await sealedRow()];
    expect(a.sealed).not.toBe(b.sealed);
    const bytes = Buffer.from(a.sealed, 'base64');
    // Nonce, as many bytes as the secret has, tag.
    expect(bytes).toHaveLength(12 + SECRET.length + 16);
    expect(bytes.includes(Buffer.from('whsec'))).toBe(false);
  });

  it('does not open when one bit of it was changed, wherever', async () => {
    const row = await sealedRow();
    const keyring = await makeKeyring(KEY, null);
    const bytes = Buffer.from(row.sealed, 'base64');
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed[i] = changed[i]! ^ 1;
      await expect(unseal(keyring, { ...row, sealed: changed.toString('base64') }), `byte ${i}`).rejects.toThrow();
    }
    await expect(unseal(keyring, { ...row, sealed: '' })).rejects.toThrow();
  });

  it('does not open in another row, nor for another purpose', async () => {
    const row = await sealedRow();
    const keyring = await makeKeyring(KEY, null);
    await expect(unseal(keyring, { ...row, id: 'sec_2' })).rejects.toThrow();
    await expect(unseal(keyring, { ...row, purpose: 'webhook' })).rejects.toThrow();
  });

  it('opens during a rotation with the key before, and with an unknown one says which is missing', async () => {
    const row = await sealedRow();
    expect(await unseal(await makeKeyring(OTHER, KEY), row)).toEqual(SECRET);
    await expect(unseal(await makeKeyring(OTHER, null), row)).rejects.toThrow(`the key ${row.key_id}`);
    // The right name on the wrong key is found out too.
    const { current } = await makeKeyring(OTHER, null);
    const forged = { current: { ...current, id: row.key_id }, previous: null };
    await expect(unseal(forged, row)).rejects.toThrow();
  });
});
