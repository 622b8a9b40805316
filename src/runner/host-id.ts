import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { readText } from './read-text.ts';

/**
 * A random id that stays with the data folder on this machine; it decides whether a job may be resumed here. A folder
 * that was copied to another machine gets a new one, for cells of two hosts are not comparable. A copy on the same machine
 * cannot be told from a folder that was moved, and keeps it: two runners need two folders that were made by themselves.
 */
export function hostId(dataDir: string): string {
  const path = join(dataDir, 'host-id.json');
  const machine = machineHash();
  const kept = readKept(path);
  if (kept !== null && kept.machine === machine) return kept.host_id;
  const host_id = randomUUID();
  // Whole or not at all: half a file would make this another host, which measures its jobs anew.
  writeFileSync(`${path}.part`, `${JSON.stringify({ host_id, machine })}\n`, { flush: true });
  renameSync(`${path}.part`, path);
  return host_id;
}

function readKept(path: string): { host_id: string; machine: string } | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { host_id: string; machine: string };
  } catch {
    return null;
  }
}

/** Hashed, because machine-id(5) is confidential. */
function machineHash(): string {
  const id = readText('/etc/machine-id') ?? readText('/var/lib/dbus/machine-id') ?? hostname();
  return createHash('sha256').update('benchwright').update(id.trim()).digest('hex');
}
