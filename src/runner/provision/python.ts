import { spawnSync } from 'node:child_process';
import type { RunAs } from '../run-as.ts';
import { programPath } from './build-environment.ts';
import { satisfies } from './version-range.ts';

export interface Python {
  /** The program, as it was found. */
  readonly program: string;
  readonly version: string;
}

export type FoundPython =
  | { readonly python: Python; readonly unavailable: null }
  | { readonly python: null; readonly unavailable: string };

/** The newest first: names that distributions install, then the usual one. */
const NAMES = ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3'];
/** An interpreter starts in well under a second; a version manager's shim takes longer. */
const ASK_TIMEOUT_MS = 10_000;
/** Prints version, and whether environments can be made: Debian ships the module apart from the interpreter. */
const ASK = `
import platform
try:
    import ensurepip, venv
    has_venv = 1
except ImportError:
    has_venv = 0
print(platform.python_version(), has_venv)
`;

/**
 * The first interpreter in the path that is new enough and can make environments, or why there is none. `runAs`: who will start it, who
 * may find another one than the runner does: root's own may be in root's home.
 */
export function findPython(range: string, runAs: RunAs | null = null): FoundPython {
  const seen: { name: string; version: string; hasVenv: boolean }[] = [];
  for (const name of NAMES) {
    const answer = spawnSync(name, ['-c', ASK], { encoding: 'utf8', timeout: ASK_TIMEOUT_MS, ...startedBy(runAs) });
    if (answer.status !== 0) continue;
    const [version = '', hasVenv] = answer.stdout.trim().split(' ');
    const found = { name, version, hasVenv: hasVenv === '1' };
    if (found.hasVenv && satisfies(version, range)) return { python: { program: name, version }, unavailable: null };
    seen.push(found);
  }
  return { python: null, unavailable: whyNone(seen, range) };
}

function startedBy(runAs: RunAs | null) {
  if (runAs === null) return {};
  return { uid: runAs.uid, gid: runAs.gid, cwd: '/', env: { PATH: programPath([]) } };
}

function whyNone(seen: readonly { name: string; version: string; hasVenv: boolean }[], range: string): string {
  const fitting = seen.find((each) => satisfies(each.version, range));
  if (fitting !== undefined) {
    const minor = fitting.version.split('.').slice(0, 2).join('.');
    return `Python ${fitting.version} has no venv module: install it (Debian, Ubuntu: apt install python${minor}-venv)`;
  }
  const newest = seen[0];
  return newest === undefined
    ? `no Python was found: install Python ${range.replace('>=', '')} or newer with its venv module`
    : `Python ${newest.version} is too old: install Python ${range.replace('>=', '')} or newer with its venv module`;
}
