import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { endProcesses } from './end-processes.ts';
import type { Log } from './event.ts';
import { type ProcessRow, readProcesses, startOf, userOf } from './process-table.ts';
import { readText } from './read-text.ts';
import type { RunAs } from './run-as.ts';
import { removeFilesOfUser } from './user-files.ts';

/** Says, in the data folder of a runner that lives or was killed, who its user of --run-as is, and since when. */
const NOTE = 'run-as.json';
const noteSchema = z.object({
  uid: z.int().min(1),
  since_ms: z.number(),
  boot_id: z.string().nullable(),
  /** Clock ticks since boot; null: no `/proc` here. */
  start: z.number().nullable(),
});

/** From now on, until it is disposed of, what this user begins is the runner's. The folder's lock is held. */
export function noteUser(dataDir: string, { uid }: RunAs): Disposable {
  const note = { uid, since_ms: Date.now(), boot_id: bootId(), start: startOf(process.pid) };
  const path = join(dataDir, NOTE);
  writeFileSync(path, JSON.stringify(note));
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
}

/**
 * Ends what the user of a runner that was killed still runs, and removes what it left in the folders that all users share: code of a
 * fork that gave up parent, session and environment is known by nothing but its user.
 */
export async function sweepUser(dataDir: string, log: Log): Promise<void> {
  const path = join(dataDir, NOTE);
  const note = readNote(path);
  if (note === null) return;
  const { uid, start } = note;
  const isKnown = start !== null && note.boot_id === bootId();
  const find = (): ProcessRow[] =>
    isKnown ? readProcesses().filter((row) => row.start >= start && userOf(row.pid) === uid) : [];
  for (const { pid } of find()) log.warn({ pid, uid }, 'a process that code from git left behind is ended');
  if (!(await endProcesses({ find, cgroup: null })))
    log.warn({ pids: find().map((row) => row.pid) }, 'processes of code from git do not end');
  await removeFilesOfUser(uid, note.since_ms, log);
  rmSync(path, { force: true });
}

function readNote(path: string): z.output<typeof noteSchema> | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // There is none, or its writing was cut off: no code had been started yet.
    return null;
  }
}

const bootId = (): string | null => readText('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
