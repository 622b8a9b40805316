import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** Made by tools, not part of the source. */
const LEFT_OUT = new Set(['node_modules', '__pycache__', '.venv', '.git']);

/**
 * A copy of a target's source under the digest of its content: what runs is what was there when the job began, and
 * nothing that a run writes (bytecode) gets into the owner's folder.
 */
export function copySource(source: string, into: string): string {
  const folder = join(into, digestOf(source));
  mkdirSync(into, { recursive: true });
  dropAbandoned(into);
  if (existsSync(folder)) return folder;
  const part = mkdtempSync(join(into, `.part-${process.pid}-`));
  try {
    cpSync(source, part, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) });
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another process made the same copy meanwhile.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Copies that were under way when their process was killed. */
function dropAbandoned(into: string): void {
  for (const name of readdirSync(into)) {
    const pid = /^\.part-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(into, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function digestOf(source: string): string {
  const hash = createHash('sha256');
  for (const path of filesOf(source)) {
    const content = readFileSync(path);
    hash.update(`${relative(source, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 24);
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !LEFT_OUT.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesOf(path);
      return entry.isFile() ? [path] : [];
    });
}
