import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrialFault } from '../trial-fault.ts';
import { cached, cacheKey, type ProvisionRoot } from './cache.ts';
import { findProgram } from './program.ts';
import { findPython } from './python.ts';
import { runCommand, type Workplace } from './run-command.ts';

export interface Environment {
  /** Folders of its programs, first in the path. */
  readonly bin: readonly string[];
  readonly runtime: { readonly name: string; readonly version: string };
  readonly packages: Readonly<Record<string, string>>;
  readonly hit: boolean;
}

/** Names and versions of what is installed, as JSON. */
export const LIST_PACKAGES = `
import importlib.metadata as m, json
print(json.dumps({d.metadata["Name"]: d.version for d in m.distributions() if d.metadata["Name"]}))
`;

/** A virtual environment with exactly what the lock file names, each file checked against its hash. */
export async function provisionPython(
  root: ProvisionRoot,
  lockPath: string | null,
  range: string,
  signal: AbortSignal,
): Promise<Environment> {
  const { python, unavailable } = findPython(range);
  if (python === null) throw new TrialFault('provision', 'target-unavailable', unavailable);
  const lock = lockPath === null ? '' : readFileSync(lockPath);
  const folder = join(root.path, `python-${cacheKey([lock, python.version, process.platform, process.arch])}`);
  const { value: packages, hit } = await cached(folder, root, signal, async (place) => {
    for (const argv of installCommands(python.program, folder, lockPath)) await mustRun(argv, place, signal);
    const listed = await mustRun([join(folder, 'bin', 'python'), '-I', '-c', LIST_PACKAGES], place, signal);
    return JSON.parse(listed) as Record<string, string>;
  });
  return { bin: [join(folder, 'bin')], runtime: { name: 'python', version: python.version }, packages, hit };
}

/** `uv`: the program, where it is to be used. */
export function installCommands(
  python: string,
  folder: string,
  lock: string | null,
  uv = findProgram('uv'),
): string[][] {
  const program = join(folder, 'bin', 'python');
  const make =
    uv === null ? [python, '-m', 'venv', '--clear', folder] : [uv, 'venv', '--clear', '--python', python, folder];
  if (lock === null) return [make];
  const install =
    uv === null
      ? [program, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--require-hashes', '-r', lock]
      : [uv, 'pip', 'install', '--python', program, '--require-hashes', '-r', lock];
  return [make, install];
}

async function mustRun(argv: readonly string[], place: Workplace, signal: AbortSignal): Promise<string> {
  const result = await runCommand(argv, place, signal);
  if (result.ok) return result.output;
  throw new TrialFault('provision', 'provision-failed', `\`${argv.join(' ')}\` ${result.how}.`, result.output);
}
