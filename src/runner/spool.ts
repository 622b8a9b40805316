import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { commitSha } from '../core/origin.ts';
import type { TrialKey } from '../core/runner-protocol.ts';

/**
 * What of a job must outlive its process: results that the service has not confirmed, in the exact bytes that are sent, on disk
 * before they are sent; which trials are due for a rerun; and which commits its branches were. One folder for each job and generation.
 */
export class Spool {
  readonly #folder: string;
  /** Results and notes that the disk did not take, by file name: better in memory than nowhere. */
  readonly #unsaved = new Map<string, Buffer>();

  constructor(root: string, job: { readonly job_id: string; readonly generation: number }) {
    this.#folder = join(root, folderName(job));
  }

  /** Null: it is on disk. Otherwise why the disk did not take it; it is then held in memory, and listed and read as any other. */
  async put(key: TrialKey, bytes: Uint8Array): Promise<string | null> {
    return await this.#keep(fileName(key), bytes);
  }

  /** In the order in which they were measured, blocks first. */
  async list(): Promise<TrialKey[]> {
    return [...(await this.#names())]
      .flatMap((name) => keyOf(name) ?? [])
      .sort((a, b) => a.block - b.block || a.run - b.run || (a.cell < b.cell ? -1 : 1));
  }

  async read(key: TrialKey): Promise<Buffer> {
    const name = fileName(key);
    return this.#unsaved.get(name) ?? (await readFile(join(this.#folder, name)));
  }

  async remove(key: TrialKey): Promise<void> {
    this.#unsaved.delete(fileName(key));
    await rm(join(this.#folder, fileName(key)), { force: true });
    if ((await this.#names()).size === 0) await this.drop();
  }

  /**
   * Notes, before its result is kept, whether a trial is to be run once more at the end of its block: whoever takes the job up
   * again has only what the service tells of a stored trial, and that is not whether it may be believed. Null, or why the disk did
   * not take the note, as with `put`.
   */
  async noteRerun({ cell, block }: Pick<TrialKey, 'cell' | 'block'>, isDue: boolean): Promise<string | null> {
    const name = `${block}.${cell}${RERUN}`;
    if (isDue) return await this.#keep(name, new Uint8Array());
    this.#unsaved.delete(name);
    await rm(join(this.#folder, name), { force: true });
    return null;
  }

  /** The trials that were noted, without a run. */
  async reruns(): Promise<Pick<TrialKey, 'cell' | 'block'>[]> {
    return [...(await this.#names())].flatMap((name) => {
      const [, block, cell] = /^(\d+)\.(.+)\.rerun$/.exec(name) ?? [];
      return cell === undefined ? [] : [{ cell, block: Number(block) }];
    });
  }

  /** Keeps which commits the job measures: taken up again, it measures the same, whatever their branches have become. As with `put`. */
  async noteCommits(commits: ReadonlyMap<string, string>): Promise<string | null> {
    return await this.#keep(COMMITS, Buffer.from(JSON.stringify([...commits])));
  }

  async commits(): Promise<Map<string, string>> {
    const bytes = this.#unsaved.get(COMMITS) ?? (await readFile(join(this.#folder, COMMITS)).catch(() => null));
    try {
      return new Map(z.array(z.tuple([z.string(), commitSha])).parse(JSON.parse(String(bytes ?? '[]'))));
    } catch {
      // Damaged with the disk that it was on: then the branches are looked up once more.
      return new Map();
    }
  }

  async drop(): Promise<void> {
    this.#unsaved.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #names(): Promise<Set<string>> {
    return new Set([...(await namesIn(this.#folder)), ...this.#unsaved.keys()]);
  }

  async #keep(name: string, bytes: Uint8Array): Promise<string | null> {
    const fault = await this.#save(name, bytes);
    if (fault === null) this.#unsaved.delete(name);
    else this.#unsaved.set(name, Buffer.from(bytes));
    return fault;
  }

  /** Why it could not be saved; null: it is on disk, whole, and stays there when the host loses its power now. */
  async #save(name: string, bytes: Uint8Array): Promise<string | null> {
    const path = join(this.#folder, name);
    try {
      await mkdir(this.#folder, { recursive: true });
      const file = await open(`${path}.part`, 'w');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(`${path}.part`, path);
      await syncFolder(this.#folder);
      return null;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === undefined || syscall === undefined) throw error;
      // The part that was written would keep the disk full.
      await rm(`${path}.part`, { force: true }).catch(() => undefined);
      return code;
    }
  }
}

const RERUN = '.rerun';
const COMMITS = 'commits';

/** Deletes what belongs to other jobs than the one that is held (null: none is), and names it. */
export async function dropOtherSpools(
  root: string,
  held: { readonly job_id: string; readonly generation: number } | null,
): Promise<string[]> {
  const kept = held === null ? null : folderName(held);
  const others = (await namesIn(root)).filter((name) => name !== kept);
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
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
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
