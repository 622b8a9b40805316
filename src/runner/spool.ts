import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrialKey } from '../core/runner-protocol.ts';

/**
 * Results that the service has not confirmed: the exact bytes that are sent, on disk before they are sent, so that a crash
 * or an outage loses none. One folder for each job and generation.
 */
export class Spool {
  readonly #folder: string;

  constructor(root: string, job: { readonly job_id: string; readonly generation: number }) {
    this.#folder = join(root, folderName(job));
  }

  async put(key: TrialKey, bytes: Uint8Array): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, fileName(key));
    const file = await open(`${path}.part`, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.part`, path);
    await syncFolder(this.#folder);
  }

  /** In the order in which they were measured, blocks first. */
  async list(): Promise<TrialKey[]> {
    const names = await namesIn(this.#folder);
    return names
      .flatMap((name) => keyOf(name) ?? [])
      .sort((a, b) => a.block - b.block || a.run - b.run || (a.cell < b.cell ? -1 : 1));
  }

  async read(key: TrialKey): Promise<Buffer> {
    return await readFile(join(this.#folder, fileName(key)));
  }

  async remove(key: TrialKey): Promise<void> {
    await rm(join(this.#folder, fileName(key)), { force: true });
    if ((await namesIn(this.#folder)).length === 0) await this.drop();
  }

  async drop(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Deletes what belongs to other jobs than the one that is held, and names it. */
export async function dropOtherSpools(
  root: string,
  held: { readonly job_id: string; readonly generation: number },
): Promise<string[]> {
  const others = (await namesIn(root)).filter((name) => name !== folderName(held));
  for (const name of others) await rm(join(root, name), { recursive: true, force: true });
  return others;
}

function folderName(job: { readonly job_id: string; readonly generation: number }): string {
  if (!/^[\w-]+$/.test(job.job_id)) throw new RangeError('a job id of letters, digits, _ and - was expected');
  return `${job.job_id}.${job.generation}`;
}

const fileName = (key: TrialKey): string => `${key.block}.${key.run}.${key.cell}.json`;

function keyOf(name: string): TrialKey | null {
  const [, block, run, cell] = /^(\d+)\.(\d)\.(.+)\.json$/.exec(name) ?? [];
  return cell === undefined ? null : { cell, block: Number(block), run: Number(run) };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A renamed file survives a crash of the host only when its folder has been synced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
