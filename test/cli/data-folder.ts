import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';

/** Makes `{folder}/data` as a service leaves it that was ended before its first migration: the next start need not make the database. */
export function makeDataFolder(folder: string): void {
  const data = join(folder, 'data');
  mkdirSync(data);
  cpSync(inject('madeDatabase'), join(data, 'db'), { recursive: true });
}
