import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from './start-error.ts';

/** As long as the SHA-256 it is used with. */
const SECRET_BYTES = 32;

function decode(text: string, from: string): Uint8Array {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.length >= SECRET_BYTES) return new Uint8Array(bytes);
  const message = `${from} is not a secret key: expected ${SECRET_BYTES} random bytes in base64 (openssl rand -base64 32)`;
  throw new StartError('secret-key-invalid', message);
}

/**
 * The service's secret: as given, else kept in `{dataDir}/secret.key`, readable by its owner only and made at the first
 * start. Whoever has it can read the secrets in the database.
 */
export async function secretKey(options: { given: string | undefined; dataDir: string | null }): Promise<Uint8Array> {
  if (options.given !== undefined) return decode(options.given, 'BENCHWRIGHT_SECRET_KEY');
  if (options.dataDir === null) {
    const message = 'with DATABASE_URL a secret key is needed: set BENCHWRIGHT_SECRET_KEY (openssl rand -base64 32)';
    throw new StartError('secret-key-missing', message);
  }
  const file = join(options.dataDir, 'secret.key');
  await mkdir(options.dataDir, { recursive: true });
  try {
    await writeFile(file, `${randomBytes(SECRET_BYTES).toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    await chmod(file, 0o600);
  }
  return decode(await readFile(file, 'utf8'), file);
}

/** The key before this one, as given, else in `{dataDir}/secret.key.previous`; null: there is none. */
export async function previousSecretKey(options: {
  given: string | undefined;
  dataDir: string | null;
}): Promise<Uint8Array | null> {
  if (options.given !== undefined && options.given !== '') {
    return decode(options.given, 'BENCHWRIGHT_SECRET_KEY_PREVIOUS');
  }
  if (options.dataDir === null) return null;
  const file = join(options.dataDir, 'secret.key.previous');
  try {
    await chmod(file, 0o600);
    return decode(await readFile(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
