import { Command, CommanderError } from 'commander';
import { StartError } from '../api/start-error.ts';
import { DataDirError } from '../db/data-dir-lock.ts';
import { RunnerError } from '../runner/runner-error.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { harmless } from './terminal.ts';
import { packageVersion } from './version.ts';

/** The `benchwright` binary. Commands set `process.exitCode`; nothing calls `process.exit` while something it started still runs. */
export async function main(args: readonly string[]): Promise<void> {
  outliveReaders();
  const program = new Command('benchwright')
    .description('Benchmarks of web frameworks that a sceptic believes.')
    .version(packageVersion())
    .showHelpAfterError('(--help lists the options)')
    .addHelpText('after', AFTER_HELP)
    .exitOverride();
  for (const command of await commandsFor(args)) program.addCommand(passOverride(command));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, args.includes('--json'));
  }
}

const AFTER_HELP = `
Environment:
  BENCHWRIGHT_URL, BENCHWRIGHT_KEY  service and key of the commands that talk to one
  DATABASE_URL                      for serve: a Postgres of yours; then BENCHWRIGHT_SECRET_KEY too
  BENCHWRIGHT_LOG_LEVEL             of serve and runner: trace, debug, info, warn, error
  NO_COLOR                          no colours

Exit codes:
  0 done or passed; 1 unexpected; 2 bad input; 3 a gate or the contract failed; 4 the experiment failed or was
  canceled; 5 the service cannot be reached or refuses the key; 130 interrupted`;

/** In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  runner: async () => (await import('./commands/runner.ts')).runnerCommand(),
  submit: async () => (await import('./commands/submit.ts')).submitCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  wait: async () => (await import('./commands/wait.ts')).waitCommand(),
  cancel: async () => (await import('./commands/cancel.ts')).cancelCommand(),
  results: async () => (await import('./commands/results.ts')).resultsCommand(),
  report: async () => (await import('./commands/report.ts')).reportCommand(),
  gate: async () => (await import('./commands/gate.ts')).gateCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  noise: async () => (await import('./commands/noise.ts')).noiseCommand(),
  load: async () => (await import('./commands/load.ts')).loadCommand(),
  audit: async () => (await import('./commands/audit.ts')).auditCommand(),
  ab: async () => (await import('./commands/ab.ts')).abCommand(),
  targets: async () => (await import('./commands/targets.ts')).targetsCommand(),
  projects: async () => (await import('./commands/projects.ts')).projectsCommand(),
  keys: async () => (await import('./commands/keys.ts')).keysCommand(),
  hooks: async () => (await import('./commands/hooks.ts')).hooksCommand(),
  webhooks: async () => (await import('./commands/webhooks.ts')).webhooksCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
};

/** The one that is asked for, so that the others need not be read from disk; all of them for help and for what is unknown. */
function commandsFor(args: readonly string[]): Promise<Command[]> {
  const [name = ''] = args;
  const names = Object.hasOwn(COMMANDS, name) ? [name] : Object.keys(COMMANDS);
  return Promise.all(names.flatMap((each) => COMMANDS[each]?.() ?? []));
}

/** Subcommands made apart do not inherit the override; without it commander would end the process by itself, with code 1. */
function passOverride(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help lists the options)');
  for (const sub of command.commands) passOverride(sub);
  return command;
}

interface Ending {
  readonly exitCode: number;
  /** For people, on stderr; null: it has been said already. */
  readonly says: string | null;
  /** What `--json` prints on stdout; null: nothing went wrong. */
  readonly document: unknown;
}

function report(error: unknown, asJson: boolean): number {
  const { exitCode, says, document } = endingOf(error);
  if (asJson && document !== null) process.stdout.write(`${JSON.stringify(document)}\n`);
  if (says !== null) process.stderr.write(`benchwright: ${harmless(says)}\n`);
  return exitCode;
}

function endingOf(error: unknown): Ending {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { exitCode: EXIT.ok, says: null, document: null };
    return { exitCode: EXIT.badInput, says: null, document: { error: error.message.replace(/^error: /, '') } };
  }
  if (error instanceof CommandError) return { exitCode: error.exitCode, says: error.message, document: error.document };
  if (error instanceof RunnerError) return ending(error.message, RUNNER_EXITS[error.code] ?? EXIT.badInput);
  if (error instanceof DataDirError || error instanceof StartError) return ending(error.message, EXIT.badInput);
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return { exitCode: EXIT.unexpected, says: `unexpected: ${stack ?? message}`, document: { error: message } };
}

function ending(message: string, exitCode: number): Ending {
  return { exitCode, says: message, document: { error: message } };
}

/** Ends of the runner that are not the user's input. */
const RUNNER_EXITS: Readonly<Record<string, number>> = {
  'key-refused': EXIT.unreachable,
  'service-unreachable': EXIT.unreachable,
  // Started again, it may find room.
  'disk-trouble': EXIT.unexpected,
};

/**
 * Whoever reads us may stop (`| head`): what is written then is lost, and nothing else. Unheard, the error would end the
 * process on the spot, with whatever it had started. A document that a full disk did not take is an error all the same; where
 * errors themselves cannot be told there is nobody to tell that to.
 */
function outliveReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  process.stderr.on('error', () => undefined);
}
