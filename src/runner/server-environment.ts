import { delimiter, dirname } from 'node:path';
import { MARKER } from './process-tree.ts';

export interface EnvironmentOptions {
  readonly trialId: string;
  /** The manifest's own variables. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of the trial's own, for what wants a home or temporary files. */
  readonly home: string;
  /** Where the programs of the target are, first in the path. */
  readonly bin: readonly string[];
}

/**
 * The environment of a server under test: nothing of the runner's own is passed on, neither its key nor a setting that
 * would make two hosts measure different things (WEB_CONCURRENCY, PYTHONOPTIMIZE, NODE_OPTIONS …).
 */
export function serverEnvironment(options: EnvironmentOptions): Record<string, string> {
  const path = [...options.bin, dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
  return {
    PATH: path.join(delimiter),
    HOME: options.home,
    TMPDIR: options.home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    // What a server printed before it died must not stay in a buffer.
    PYTHONUNBUFFERED: '1',
    ...options.env,
    BENCHWRIGHT_RESET: '1',
    [MARKER]: options.trialId,
  };
}

/** The environment of installers: the operator's own (proxies, registries), less what is the runner's. */
export function installerEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('BENCHWRIGHT_'),
  );
  return Object.fromEntries(entries);
}
