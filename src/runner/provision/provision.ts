import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isVersioned } from '../../core/target-source.ts';
import type { Versions } from '../../core/trial-result.ts';
import type { CatalogueTarget } from '../catalogue.ts';
import type { RunAs } from '../run-as.ts';
import { PYTHON_RANGE } from './availability.ts';
import type { ProvisionRoot } from './cache.ts';
import { provisionNode } from './provision-node.ts';
import { type Environment, provisionPython } from './provision-python.ts';
import { copySource } from './source-copy.ts';

/** A target that can be started: everything is installed. */
export interface ProvisionedTarget {
  readonly target: CatalogueTarget;
  /** Where its source is, and its servers run. */
  readonly cwd: string;
  readonly bin: readonly string[];
  readonly versions: Versions;
  /** Nothing had to be installed. */
  readonly cached: boolean;
  /** As whom its servers run; null: as the runner. */
  readonly runAs: RunAs | null;
}

/**
 * Installs what the lock file of a target in a folder names, or finds it installed; without network the second time. Throws a
 * TrialFault of the step `provision` when that fails. One from git is provisioned by the commit (provision-commit.ts).
 */
export async function provision(
  target: CatalogueTarget,
  root: ProvisionRoot,
  signal: AbortSignal,
): Promise<ProvisionedTarget> {
  const { manifest } = target;
  if (isVersioned(manifest.source)) throw new RangeError(`the target ${manifest.name} is provisioned by the commit`);
  const source = join(target.folder, manifest.source.path);
  const lock = manifest.lock === undefined ? null : join(target.folder, manifest.lock);
  const { environment, sources } = await install(target, root, lock, signal);
  return {
    target,
    cwd: copySource(source, join(sources, manifest.name)),
    bin: environment.bin,
    versions: {
      runtime: environment.runtime,
      packages: environment.packages,
      lock_sha256: lock === null ? null : createHash('sha256').update(readFileSync(lock)).digest('hex'),
    },
    cached: environment.hit,
    runAs: null,
  };
}

async function install(
  { manifest }: CatalogueTarget,
  root: ProvisionRoot,
  lock: string | null,
  signal: AbortSignal,
): Promise<{ environment: Environment; sources: string }> {
  const sources = join(root.path, 'sources');
  if (manifest.language === 'python') {
    const environment = await provisionPython(root, lock, manifest.runtime.python ?? PYTHON_RANGE, signal);
    return { environment, sources };
  }
  if (lock === null) {
    const runtime = { name: 'node', version: process.version.slice(1) };
    return { environment: { bin: [], runtime, packages: {}, hit: true }, sources };
  }
  const environment = await provisionNode(root, lock, signal);
  return { environment, sources: join(environment.folder, 'sources') };
}
