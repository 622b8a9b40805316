import { dirname, join } from 'node:path';
import type { Manifest } from '../../core/target.ts';
import type { GitSource } from '../../core/target-source.ts';
import { TrialFault } from '../trial-fault.ts';
import { PYTHON_RANGE } from './availability.ts';
import { buildEnvironment } from './build-environment.ts';
import { readInside } from './inside.ts';
import { npmPackageList, packageList, parsed } from './package-list.ts';
import { findProgram } from './program.ts';
import { installCommands, LIST_PACKAGES } from './provision-python.ts';
import { findPython } from './python.ts';
import { type CommandResult, type Confinement, runCommand, type Workplace } from './run-command.ts';

export interface BuildOrder {
  readonly manifest: Manifest;
  readonly source: GitSource;
  /** The files of the commit, and in it the folder of the application. */
  readonly tree: string;
  readonly cwd: string;
  /** Where a Python environment goes. */
  readonly environment: string;
  readonly place: Omit<Workplace, 'confined' | 'cwd'>;
  readonly confined: Omit<Confinement, 'env'>;
  readonly signal: AbortSignal;
}

/**
 * Installs what the commit's own lock file names, then runs the manifest's `build`. Returns the packages, as far as they can be told once
 * nothing changes them any more. Throws a TrialFault of the step `provision`.
 */
export async function buildCommit(order: BuildOrder): Promise<() => Record<string, string>> {
  const packages = await (order.manifest.language === 'python' ? installPython(order) : installNode(order));
  if (order.source.build !== null) await mustRun(order, order.source.build, order.cwd, 'The build');
  return packages;
}

/** Its own folder for each commit: one that commits shared could be prepared by one for another. */
async function installPython(order: BuildOrder): Promise<() => Record<string, string>> {
  const { manifest, environment, cwd } = order;
  const { runAs } = order.confined;
  const { python, unavailable } = findPython(manifest.runtime.python ?? PYTHON_RANGE, runAs);
  if (python === null) throw new TrialFault('provision', 'target-unavailable', unavailable);
  const lock = manifest.lock === undefined ? null : join(cwd, manifest.lock);
  for (const argv of installCommands(python.program, environment, lock, null))
    await mustRun(order, argv, cwd, 'Installing');
  const listed = await mustRun(order, [join(environment, 'bin', 'python'), '-I', '-c', LIST_PACKAGES], cwd, 'Listing');
  const packages = packageList(parsed(listed.output));
  return () => packages;
}

async function installNode(order: BuildOrder): Promise<() => Record<string, string>> {
  const { manifest, source, cwd, tree } = order;
  if (manifest.lock === undefined) return () => ({});
  const npm = findProgram('npm', order.confined.runAs);
  if (npm === null) throw new TrialFault('provision', 'target-unavailable', 'npm was not found');
  const folder = dirname(join(cwd, manifest.lock));
  // What only a build needs is left out where there is none.
  const omitted = source.build === null ? ['--omit=dev'] : [];
  await mustRun(
    order,
    [npm, 'ci', ...omitted, '--no-audit', '--no-fund', '--no-update-notifier'],
    folder,
    'Installing',
  );
  return () =>
    npmPackageList(readInside(tree, join(folder, 'node_modules', '.package-lock.json'))?.toString('utf8') ?? null);
}

async function mustRun(order: BuildOrder, argv: readonly string[], cwd: string, what: string): Promise<CommandResult> {
  const { place, environment, tree, signal } = order;
  const bin = order.manifest.language === 'python' ? [join(environment, 'bin')] : [];
  const env = buildEnvironment({ home: place.temporary, bin, ceiling: dirname(tree) });
  const result = await runCommand(argv, { ...place, cwd, confined: { ...order.confined, env } }, signal);
  if (result.ok) return result;
  const how = result.how.endsWith('.') ? result.how : `${result.how}.`;
  const reason = result.breach?.reason ?? 'provision-failed';
  throw new TrialFault('provision', reason, `${what} failed: \`${argv.join(' ')}\`: ${how}`, result.output);
}
