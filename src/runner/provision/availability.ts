import type { Manifest } from '../../core/target.ts';
import { isVersioned } from '../../core/target-source.ts';
import { findProgram } from './program.ts';
import { findPython } from './python.ts';
import { satisfies } from './version-range.ts';

/** What a target needs when its manifest does not say. */
export const PYTHON_RANGE = '>=3.11';

/** Why a target cannot run on this host, with the remedy; null: it can, as far as can be known without installing. */
export function unavailability(manifest: Manifest): string | null {
  if (isVersioned(manifest.source) && findProgram('git') === null)
    return 'git was not found: install it (Debian, Ubuntu: apt install git)';
  return manifest.language === 'python' ? pythonReason(manifest) : nodeReason(manifest);
}

const pythonReasons = new Map<string, string | null>();

function pythonReason(manifest: Manifest): string | null {
  const range = manifest.runtime.python ?? PYTHON_RANGE;
  const known = pythonReasons.get(range);
  if (known !== undefined) return known;
  const reason = findPython(range).unavailable;
  pythonReasons.set(range, reason);
  return reason;
}

function nodeReason(manifest: Manifest): string | null {
  const range = manifest.runtime.node ?? '>=0';
  if (!satisfies(process.version, range)) return `Node ${process.version} is too old: ${range} is needed`;
  if (manifest.lock !== undefined && findProgram('npm') === null)
    return 'npm was not found: install it (it comes with Node from nodejs.org)';
  return null;
}
