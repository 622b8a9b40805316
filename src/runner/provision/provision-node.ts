import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TrialFault } from '../trial-fault.ts';
import { cached, cacheKey, type ProvisionRoot } from './cache.ts';
import { findProgram } from './program.ts';
import type { Environment } from './provision-python.ts';
import { runCommand } from './run-command.ts';

export interface NodeEnvironment extends Environment {
  /** Sources are copied below it: Node looks for packages in the folders above a file. */
  readonly folder: string;
}

/** `npm ci`: exactly what the lock file names, each package checked against its hash, no install scripts' surprises. */
export async function provisionNode(
  root: ProvisionRoot,
  lockPath: string,
  signal: AbortSignal,
): Promise<NodeEnvironment> {
  const packageJson = join(dirname(lockPath), 'package.json');
  const key = [readFileSync(lockPath), readFileSync(packageJson), process.version, process.platform, process.arch];
  const folder = join(root.path, `node-${cacheKey(key)}`);
  const { value: packages, hit } = await cached(folder, root, signal, async (place) => {
    const npm = findProgram('npm');
    if (npm === null) throw new TrialFault('provision', 'target-unavailable', 'npm was not found');
    copyFileSync(packageJson, join(folder, 'package.json'));
    copyFileSync(lockPath, join(folder, 'package-lock.json'));
    const argv = [npm, 'ci', '--omit=dev', '--no-audit', '--no-fund', '--no-update-notifier'];
    const result = await runCommand(argv, place, signal);
    if (!result.ok) {
      throw new TrialFault('provision', 'provision-failed', `\`${argv.join(' ')}\` ${result.how}.`, result.output);
    }
    return installedPackages(folder);
  });
  return { folder, bin: [], runtime: { name: 'node', version: process.version.slice(1) }, packages, hit };
}

/** From the lock file that npm leaves beside what it installed. A package that is there twice is named by its path. */
function installedPackages(folder: string): Record<string, string> {
  const path = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(path)) return {};
  const { packages = {} } = JSON.parse(readFileSync(path, 'utf8')) as {
    packages?: Record<string, { version?: string }>;
  };
  return Object.fromEntries(
    Object.entries(packages).map(([at, { version = '' }]) => [at.replace(/^node_modules\//, ''), version]),
  );
}
