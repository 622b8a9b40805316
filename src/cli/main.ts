import { Command, CommanderError } from 'commander';
import { StartError } from '../api/start-error.ts';
import { DataDirError } from '../db/data-dir-lock.ts';
import { RunnerError } from '../runner/runner-error.ts';
import { auditCommand } from './commands/audit.ts';
import { cancelCommand } from './commands/cancel.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { keysCommand } from './commands/keys.ts';
import { loadCommand } from './commands/load.ts';
import { reportCommand } from './commands/report.ts';
import { resultsCommand } from './commands/results.ts';
import { runnerCommand } from './commands/runner.ts';
import { serveCommand } from './commands/serve.ts';
import { statusCommand } from './commands/status.ts';
import { submitCommand } from './commands/submit.ts';
import { targetsCommand } from './commands/targets.ts';
import { waitCommand } from './commands/wait.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { packageVersion } from './version.ts';

/** The `benchwright` binary. Commands set `process.exitCode`; nothing calls `process.exit` while something it started still runs. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('benchwright')
    .description('Benchmarks of web frameworks that a sceptic believes.')
    .version(packageVersion())
    .showHelpAfterError('(--help lists the options)')
    .exitOverride();
  for (const command of commands()) program.addCommand(passOverride(command));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, args.includes('--json'));
  }
}

function commands(): Command[] {
  return [
    demoCommand(),
    serveCommand(),
    runnerCommand(),
    submitCommand(),
    statusCommand(),
    waitCommand(),
    cancelCommand(),
    resultsCommand(),
    reportCommand(),
    loadCommand(),
    auditCommand(),
    targetsCommand(),
    keysCommand(),
    doctorCommand(),
  ];
}

/** Subcommands made apart do not inherit the override; without it commander would end the process by itself, with code 1. */
function passOverride(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help lists the options)');
  for (const sub of command.commands) passOverride(sub);
  return command;
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.badInput;
  if (error instanceof RunnerError) return say(error.message, RUNNER_EXITS[error.code] ?? EXIT.badInput);
  if (error instanceof DataDirError || error instanceof StartError) return say(error.message, EXIT.badInput);
  if (error instanceof CommandError) {
    if (asJson) process.stdout.write(`${JSON.stringify(error.document)}\n`);
    return say(error.message, error.exitCode);
  }
  process.stderr.write(
    `benchwright: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return EXIT.unexpected;
}

/** Ends of the runner that are not the user's input. */
const RUNNER_EXITS: Readonly<Record<string, number>> = {
  'key-refused': EXIT.unreachable,
  'service-unreachable': EXIT.unreachable,
};

function say(message: string, exitCode: number): number {
  process.stderr.write(`benchwright: ${message}\n`);
  return exitCode;
}
