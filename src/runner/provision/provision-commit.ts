import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { GitSource } from '../../core/target-source.ts';
import type { Versions } from '../../core/trial-result.ts';
import type { CatalogueTarget } from '../catalogue.ts';
import { checkOut } from '../git/check-out.ts';
import { addressOf } from '../git/git-address.ts';
import { type GitPlace, makeGitHome } from '../git/git-command.ts';
import { resolveRef } from '../git/resolve-ref.ts';
import { giveTree, sealTree } from '../owned-tree.ts';
import { removeFolder } from '../remove-folder.ts';
import type { RunAs } from '../run-as.ts';
import { TrialFault } from '../trial-fault.ts';
import { removeFilesOfUser } from '../user-files.ts';
import { PYTHON_RANGE } from './availability.ts';
import { buildCommit } from './build-commit.ts';
import { BUILD_LIMITS, type BuildLimits } from './build-limits.ts';
import { cached, cacheKey, type ProvisionRoot, readMarker } from './cache.ts';
import { CACHE_BOUNDS, type CacheBounds, makeRoom, noteUse } from './commit-cache.ts';
import { roomOf } from './disk-room.ts';
import { isFolderInside, readInside } from './inside.ts';
import { findProgram } from './program.ts';
import type { ProvisionedTarget } from './provision.ts';
import { findPython } from './python.ts';
import type { Workplace } from './run-command.ts';

/** A target of the catalogue whose code comes from git. */
export interface VersionedTarget {
  readonly target: CatalogueTarget;
  readonly source: GitSource;
}

/** What the cache keeps of a commit that was built. */
interface Built extends Pick<Versions, 'runtime' | 'packages' | 'lock_sha256'> {
  /** Room on disk. */
  readonly mb: number;
}

/** The commit that a ref names now; null: the default branch. Throws a TrialFault of the step `provision`. */
export async function commitNow(
  { target, source }: VersionedTarget,
  ref: string | null,
  root: ProvisionRoot,
  signal: AbortSignal,
): Promise<string> {
  const commits = commitsFolder(root);
  const folder = mkdtempSync(join(commits, '.ask-'));
  try {
    const place = { ...gitPlace(root, folder, signal), folders: [folder] };
    return await resolveRef(addressOf(source, target.folder), ref, place);
  } finally {
    await removeFolder(folder, null);
  }
}

/**
 * Fetches, checks out and builds a commit, or finds it built; without network the second time. `held`: the folders of commits that are in
 * use, to which it is added. Throws a TrialFault of the step `provision`, and then leaves nothing.
 */
export async function provisionCommit(
  { target, source }: VersionedTarget,
  commit: string,
  root: ProvisionRoot,
  held: Set<string>,
  signal: AbortSignal,
): Promise<ProvisionedTarget> {
  const commits = commitsFolder(root);
  const runAs = root.runAs ?? null;
  const folder = join(
    commits,
    `${target.manifest.name}-${commit.slice(0, 12)}-${keyOf({ target, source }, commit, runAs)}`,
  );
  held.add(folder);
  if (readMarker(folder) === null) await makeRoom(commits, held, root.lock, boundsOf(root));
  const { value, hit } = await cached(folder, root, signal, (place) =>
    make({ target, source }, commit, { root, place, signal }),
  );
  noteUse(folder);
  const { runtime, packages, lock_sha256 } = value;
  return {
    target,
    cwd: join(folder, 'tree', source.subdir),
    bin: target.manifest.language === 'python' ? [join(folder, 'environment', 'bin')] : [],
    versions: { runtime, packages, lock_sha256, commit },
    cached: hit,
    runAs,
  };
}

interface Making {
  readonly root: ProvisionRoot;
  /** `cwd`: the folder of the cache, which becomes the commit's. */
  readonly place: Workplace;
  readonly signal: AbortSignal;
}

async function make(versioned: VersionedTarget, commit: string, { root, place, signal }: Making): Promise<Built> {
  const { source, target } = versioned;
  const runAs = root.runAs ?? null;
  const sinceMs = Date.now();
  const [tree, environment] = ['tree', 'environment'].map((name) => join(place.cwd, name)) as [string, string];
  const own = join(place.temporary, 'own');
  // Whatever the umask: the user must be able to come this far.
  for (const each of [place.cwd, place.temporary]) chmodSync(each, 0o755);
  for (const each of [tree, environment, own]) {
    mkdirSync(each);
    if (runAs !== null) await giveTree(each, runAs);
  }
  const folders = [place.cwd, place.temporary];
  const git = { ...gitPlace(root, place.temporary, signal), folders, sinceMs };
  try {
    await checkOut({ from: addressOf(source, target.folder), commit, tree, temporary: place.temporary, runAs }, git);
    const cwd = join(tree, source.subdir);
    requireFolder(versioned, tree, cwd);
    const lock_sha256 = lockDigest(versioned, tree, cwd);
    const packages = await buildCommit({
      manifest: target.manifest,
      source,
      tree,
      cwd,
      environment,
      signal,
      place: { temporary: own, guardian: place.guardian },
      confined: { runAs, limits: git.limits, folders, sinceMs },
    });
    if (runAs !== null) for (const each of [tree, environment]) await sealTree(each, runAs);
    // What was a folder before the build may be a link now, to one that only the runner may enter.
    requireFolder(versioned, tree, cwd);
    return {
      runtime: runtimeOf(versioned, runAs),
      packages: packages(),
      lock_sha256,
      mb: (await roomOf([place.cwd])).mb,
    };
  } finally {
    if (runAs !== null) await removeFilesOfUser(runAs.uid, sinceMs, null);
  }
}

function requireFolder({ source }: VersionedTarget, tree: string, cwd: string): void {
  if (isFolderInside(tree, cwd)) return;
  throw new TrialFault('provision', 'provision-failed', `The commit has no folder ${source.subdir}.`);
}

/** Of the commit's own lock file; null: the manifest names none. */
function lockDigest({ target, source }: VersionedTarget, tree: string, cwd: string): string | null {
  const { lock } = target.manifest;
  if (lock === undefined) return null;
  const bytes = readInside(tree, join(cwd, lock));
  if (bytes === null)
    throw new TrialFault('provision', 'provision-failed', `The commit has no lock file ${join(source.subdir, lock)}.`);
  return createHash('sha256').update(bytes).digest('hex');
}

/** The lock file is part of the commit; what else the result depends on is here. */
function keyOf({ target, source }: VersionedTarget, commit: string, runAs: RunAs | null): string {
  const { address } = addressOf(source, target.folder);
  const { lock = null, language } = target.manifest;
  const facts = { address, commit, subdir: source.subdir, build: source.build, lock, language };
  const host = [
    process.platform,
    process.arch,
    JSON.stringify(runtimeOf({ target, source }, runAs)),
    String(runAs?.uid ?? null),
  ];
  return cacheKey([JSON.stringify(facts), ...host]).slice(0, 12);
}

function runtimeOf({ target: { manifest } }: VersionedTarget, runAs: RunAs | null): { name: string; version: string } {
  if (manifest.language === 'node') return { name: 'node', version: process.version.slice(1) };
  const { python } = findPython(manifest.runtime.python ?? PYTHON_RANGE, runAs);
  return { name: 'python', version: python?.version ?? 'none' };
}

function boundsOf({ buildLimits }: ProvisionRoot): CacheBounds {
  return { ...CACHE_BOUNDS, reserve_mb: buildLimits?.reserve_mb ?? CACHE_BOUNDS.reserve_mb };
}

function commitsFolder(root: ProvisionRoot): string {
  const folder = join(root.path, 'commits');
  mkdirSync(folder, { recursive: true });
  if (root.runAs != null) chmodSync(folder, 0o755);
  return folder;
}

function gitPlace(root: ProvisionRoot, temporary: string, signal: AbortSignal): Omit<GitPlace, 'folders'> {
  const git = findProgram('git');
  if (git === null) throw new TrialFault('provision', 'target-unavailable', 'git was not found');
  const limits: BuildLimits = { ...BUILD_LIMITS, ...root.buildLimits };
  return { git, home: makeGitHome(temporary), guardian: root.guardian ?? null, limits, sinceMs: Date.now(), signal };
}
