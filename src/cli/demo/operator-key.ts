import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError, EXIT } from '../exit-codes.ts';

/**
 * The demo keeps its own service's first key beside that service's database, readable by its user only, so that a second run
 * finds it: the service shows it once.
 */
export async function demoKey(dataDir: string, fresh: string | null): Promise<string> {
  const file = join(dataDir, 'demo.key');
  if (fresh !== null) {
    await writeFile(file, `${fresh}\n`, { mode: 0o600 });
    return fresh;
  }
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new CommandError(
      EXIT.badInput,
      `${dataDir} has a database but its key file demo.key is gone: remove the folder, or give another --data-dir`,
    );
  }
}
