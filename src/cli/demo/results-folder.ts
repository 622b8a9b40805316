import { constants } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Results } from '../../core/results.ts';
import { makeFolder } from '../../db/make-folder.ts';
import { experimentPath } from '../experiment.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import type { ServiceClient } from '../service-client.ts';

const FILES = [
  { name: 'results.json', path: '/results.json?partial=true', accept: 'application/json' },
  { name: 'cells.csv', path: '/results.csv?view=cells&partial=true', accept: 'text/csv' },
  { name: 'trials.csv', path: '/results.csv?view=trials&partial=true', accept: 'text/csv' },
  { name: 'report.html', path: '/report', accept: 'text/html' },
] as const;

const FOLDER = 'results';

/** Before anything is measured: whoever waits for minutes should not learn at the end that there is no place for it. */
export async function makeResultsFolder(): Promise<void> {
  const folder = resolve(FOLDER);
  try {
    makeFolder(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/** Fetches what an experiment left and writes it to `results/<id>/`. Also before its end: what was measured is kept. */
export async function writeResults(
  client: ServiceClient,
  id: string,
): Promise<{ readonly folder: string; readonly results: Results }> {
  const folder = resolve(FOLDER, id);
  const fetched = await Promise.all(
    FILES.map(async (file) => ({
      ...file,
      text: (await client.send('GET', experimentPath(id, file.path), undefined, file.accept)).text,
    })),
  );
  try {
    makeFolder(folder);
    for (const { name, text } of fetched) await writeFile(join(folder, name), text);
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  const results = JSON.parse(fetched[0]?.text ?? '') as Results;
  return { folder: relative(process.cwd(), folder), results };
}

function cannotWrite(folder: string, error: unknown): CommandError {
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError(EXIT.badInput, `cannot write to ${folder}: ${why}; run from a folder that you may write to`);
}
