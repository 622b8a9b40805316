import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GitProtocol } from '../../core/target-source.ts';
import type { Guardian } from '../guardian/guardian.ts';
import type { RunAs } from '../run-as.ts';
import { networkEnvironment, programPath } from '../provision/build-environment.ts';
import type { BuildLimits } from '../provision/build-limits.ts';
import { type CommandResult, runCommand } from '../provision/run-command.ts';

/** Where git works, and what it may use. */
export interface GitPlace {
  /** The program. */
  readonly git: string;
  /** A folder of its own: git's home, which has nothing in it but the settings below. */
  readonly home: string;
  readonly guardian: Guardian | null;
  readonly limits: BuildLimits;
  /** Counted against the limits. */
  readonly folders: readonly string[];
  readonly sinceMs: number;
  readonly signal: AbortSignal;
}

/**
 * All settings there are: nobody's own (aliases, credential helpers, filters such as LFS's, proxies of commands) and no repository's hook.
 * A local repository may be another user's: its owner does not matter, for the runner's owner has named it.
 */
const SETTINGS = `[safe]
	directory = *
[core]
	hooksPath = /dev/null
	fsmonitor = false
[http]
	followRedirects = false
[transfer]
	fsckObjects = true
[gc]
	auto = 0
[maintenance]
	auto = false
[submodule]
	recurse = false
[advice]
	detachedHead = false
`;

/** Makes git's home in a folder, where every user can read it. */
export function makeGitHome(folder: string): string {
  const home = join(folder, 'git-home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), SETTINGS);
  chmodSync(home, 0o755);
  chmodSync(join(home, '.gitconfig'), 0o644);
  return home;
}

export interface GitCall {
  readonly args: readonly string[];
  /** The only one that may be spoken; null: the command needs none, and may use none. */
  readonly protocol: GitProtocol | null;
  /** Left out: the runner itself, whose keys ssh needs. */
  readonly runAs?: RunAs | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs one git command. It asks nobody anything, speaks one protocol only, and heeds no settings but those above. */
export async function runGit(place: GitPlace, call: GitCall): Promise<CommandResult> {
  const { git, home, guardian, limits, folders, sinceMs, signal } = place;
  const env = { ...gitEnvironment(home, call.protocol), ...call.env };
  const confined = { runAs: call.runAs ?? null, env, limits, folders, sinceMs };
  return await runCommand([git, ...call.args], { cwd: home, temporary: home, guardian, confined }, signal);
}

function gitEnvironment(home: string, protocol: GitProtocol | null): Record<string, string> {
  const agent = process.env['SSH_AUTH_SOCK'];
  return {
    ...(protocol === 'https' && networkEnvironment()),
    ...(protocol === 'ssh' && {
      GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=30 -o ForwardAgent=no -o PermitLocalCommand=no',
      GIT_SSH_VARIANT: 'ssh',
      ...(agent !== undefined && { SSH_AUTH_SOCK: agent }),
    }),
    PATH: programPath([]),
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: protocol ?? '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_NO_LAZY_FETCH: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_CEILING_DIRECTORIES: home,
  };
}
