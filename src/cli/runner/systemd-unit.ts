import { CommandError, EXIT } from '../exit-codes.ts';

export interface UnitOptions {
  /** Absolute paths of this Node and of `bin/benchwright.js`. */
  readonly node: string;
  readonly bin: string;
  readonly url: string;
  /** Null: the key stands in ENVIRONMENT_FILE. */
  readonly keyFile: string | null;
  /** Null: root. */
  readonly user: string | null;
  /** What was given of `--targets`, `--server-cpus` and the like, with absolute paths. */
  readonly more: readonly string[];
  /** Null: STATE_FOLDER, which systemd makes. */
  readonly dataDir: string | null;
  /** Where Python, npm and uv are found; systemd's own is shorter than a user's. */
  readonly path: string;
}

const NAME = 'benchwright-runner';
const ENVIRONMENT_FILE = '/etc/benchwright/runner.env';
const STATE_FOLDER = '/var/lib/benchwright/runner';
const CACHE_FOLDER = '/var/cache/benchwright/runner';

/**
 * The unit of a runner that starts with the host and is started again when it ends. The key is never in it, nor on its
 * command line. Throws CommandError (bad input) for a path that a unit file cannot hold.
 */
export function systemdUnit(options: UnitOptions): string {
  const { keyFile, user, dataDir } = options;
  // No unit can hold a control character; a backslash or blank at the end of a line means something else there.
  const { node, bin, url, path, more } = options;
  const unwritable = [node, bin, url, keyFile, dataDir, path, ...more].find(
    (text) => text !== null && /[\p{Cc}\\]|\s$/u.test(text),
  );
  if (unwritable !== undefined)
    throw new CommandError(
      EXIT.badInput,
      `${JSON.stringify(unwritable)} cannot be written in a systemd unit: rename it`,
    );
  const service = [
    'Type=exec',
    ...(user === null ? [] : [`User=${user}`, 'CapabilityBoundingSet=']),
    `ExecStart=${execStart(options)}`,
    keyFile === null ? `EnvironmentFile=${ENVIRONMENT_FILE}` : `LoadCredential=key:${keyFile.replaceAll('%', '%%')}`,
    // Homes are read-only: installers keep their caches where the service may write.
    `Environment=${[`PATH=${options.path}`, `XDG_CACHE_HOME=${CACHE_FOLDER}`, `npm_config_cache=${CACHE_FOLDER}/npm`].map(word).join(' ')}`,
    dataDir === null ? 'StateDirectory=benchwright/runner' : `ReadWritePaths=${word(dataDir)}`,
    'CacheDirectory=benchwright/runner',
  ];
  return [...head(options), '', UNIT, '', '[Service]', ...service, '', restart(more), REST].join('\n');
}

/** What whoever installs it must know, for these options. */
function head({ keyFile, user, dataDir, more }: UnitOptions): string[] {
  const owner = user === null ? 'root' : user;
  return [
    `Save this as /etc/systemd/system/${NAME}.service, then: systemctl daemon-reload && systemctl enable --now ${NAME}`,
    keyFile === null
      ? `The key: a line BENCHWRIGHT_KEY=… in ${ENVIRONMENT_FILE}, which only root needs to be able to read.`
      : `The key: systemd reads ${keyFile} and hands it over; only root needs to be able to read it.`,
    ...(dataDir === null ? [] : [`The data folder ${dataDir} must be there and belong to ${owner}.`]),
    ...(user === null ? [asRoot(more)] : []),
  ].map((line) => `# ${line}`);
}

function asRoot(more: readonly string[]): string {
  return more.includes('--run-as')
    ? 'There is no User=: the runner is root’s, so that it can build and serve code from git as another user. Other targets are root’s too.'
    : 'There is no User=: runner and servers under test would be root’s. Print it again with --run-as USER.';
}

function execStart({ node, bin, url, keyFile, more, dataDir }: UnitOptions): string {
  const given = ['runner', '--url', url, ...more, '--data-dir', dataDir ?? STATE_FOLDER].map(argument);
  // systemd fills in its own variable; in all that was given a dollar sign is only that.
  const key = keyFile === null ? [] : ['--key-file', '${CREDENTIALS_DIRECTORY}/key'];
  // The program itself is no argument: variables are not looked for in it.
  return [word(node), argument(bin), ...given, ...key].join(' ');
}

/** One word of a line (systemd.syntax(7)); `%` begins a specifier (systemd.unit(5)). */
function word(text: string): string {
  const escaped = text.replaceAll('"', '\\"').replaceAll('%', '%%');
  return /^[\w\-./:=,@+%$]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

/** One word of a command line, where `$` begins a variable (systemd.service(5)). */
function argument(text: string): string {
  return word(text.replaceAll('$', () => '$$'));
}

const UNIT = `[Unit]
Description=Benchwright runner: measures the jobs of a service on this machine
Wants=network-online.target
After=network-online.target
# However long the service is away, it is looked for again.
StartLimitIntervalSec=0`;

/**
 * A refused key (5) is not tried again. With `--once` that code has another meaning too, a service that did not answer in time, and then
 * it must be.
 */
function restart(more: readonly string[]): string {
  const isOnce = more.includes('--once');
  return [
    'Restart=always',
    'RestartSec=10',
    `# Wrong options, a folder in use, another runner that took over${isOnce ? '' : ', a refused key'}: starting again would change nothing.`,
    `RestartPreventExitStatus=${isOnce ? '2' : '2 5'}`,
  ].join('\n');
}

/** No filter of system calls is among it, nor an option that implies one (systemd.exec(5)): each call would pass through it. */
const REST = `# The runner stops load engine, server and itself, in this order, within 15 s; what is left after that is killed.
KillMode=mixed
TimeoutStopSec=30
# A server under test that eats the memory is a result, not the end of the runner.
OOMPolicy=continue
# The runner makes a control group for each trial, to end a server with all that it forked. No controller is asked for.
Delegate=

# Only what costs no time in the measured processes, which inherit all of it. Neither Nice= nor CPUAffinity= nor a limit:
# the runner pins servers and load engine itself, and what they may use is part of what is measured.
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;
