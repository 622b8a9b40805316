import { z } from 'zod';
import type { InputProblem } from './errors.ts';
import { branchPattern, MAX_BRANCH_PATTERNS } from './git-ref.ts';

/** `source` of a manifest: where a target's code is. Only the manifest says it, which the runner's owner writes; never a spec. */

export const relativePath = z
  .string()
  .max(200)
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'a path inside the folder of the target');

const HOST = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d{1,5})?';
const USER = '[A-Za-z_][A-Za-z0-9_.-]*';
const PATH = '[\\w.~+/][\\w.~%+/-]*';
/**
 * What can be fetched from. Neither http nor git, which anybody on the way can change; nor any of git's helpers (`ext::`), which are
 * commands; nor a password, which would stand in files, lists of processes and messages.
 */
const ADDRESSES = {
  https: new RegExp(`^https://${HOST}/${PATH}$`),
  ssh: new RegExp(`^(?:ssh://(?:${USER}@)?${HOST}/|${USER}@[A-Za-z0-9][A-Za-z0-9.-]*:)${PATH}$`),
  file: /^(?:(?:file:\/\/)?\/[^\p{Cc}]+|\.{1,2}(?:\/[^\p{Cc}]*)?)$/u,
};
export type GitProtocol = keyof typeof ADDRESSES;

/** The only protocol that is spoken with an address; null: it is none. */
export function protocolOf(address: string): GitProtocol | null {
  if (ADDRESSES.https.test(address)) return 'https';
  if (ADDRESSES.ssh.test(address)) return 'ssh';
  return ADDRESSES.file.test(address) ? 'file' : null;
}

const EXPECTED = 'https://host/path, ssh://user@host/path, user@host:path, or a path from / or ./';

export const sourceSchema = z.strictObject({
  path: relativePath.optional(),
  git: z
    .string()
    .max(500)
    .refine(
      (address) => protocolOf(address) !== null,
      `expected an address that git can fetch from, without a password: ${EXPECTED}`,
    )
    .optional(),
  subdir: relativePath.optional(),
  build: z.array(z.string().min(1).max(1000)).min(1).max(100).optional(),
  branches: z.array(branchPattern).max(MAX_BRANCH_PATTERNS).optional(),
});

/** In the target's own folder. */
export interface FolderSource {
  readonly path: string;
}

/** In a git repository, commit by commit: such a target is versioned. */
export interface GitSource {
  /** A URL, or a path: from `/`, or from the target's folder. */
  readonly git: string;
  /** Where in the repository the application is. */
  readonly subdir: string;
  /** Run there after what the lock file names has been installed; null: nothing is to be built. */
  readonly build: readonly string[] | null;
  /** Patterns of the branches that `ref` may name; commits and the default branch are always allowed. */
  readonly branches: readonly string[];
}

export type TargetSource = FolderSource | GitSource;

export const isVersioned = (source: TargetSource): source is GitSource => 'git' in source;

type SourceInput = z.output<typeof sourceSchema>;

/** What no schema of one key can say. */
export function sourceProblems(source: SourceInput): InputProblem[] {
  const problems: InputProblem[] = [];
  if ((source.path === undefined) === (source.git === undefined)) {
    problems.push({
      pointer: '/source',
      detail:
        'expected exactly one of `path` (inside the folder of the target) and `git` (the address of a repository)',
    });
  }
  if (source.git !== undefined) return problems;
  for (const key of ['subdir', 'build', 'branches'] as const) {
    if (source[key] !== undefined)
      problems.push({ pointer: `/source/${key}`, detail: `\`${key}\` belongs to \`git\`, and there is none` });
  }
  return problems;
}

/** Of a source without problems. */
export function sourceOf({ path, git, subdir = '.', build, branches = [] }: SourceInput): TargetSource {
  return git === undefined ? { path: path ?? '.' } : { git, subdir, build: build ?? null, branches };
}
