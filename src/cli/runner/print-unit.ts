import { delimiter, isAbsolute, resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunnerOptions } from '../commands/runner.ts';
import { packagePath } from '../package-path.ts';
import { serviceUrl } from '../service-client.ts';
import { processTerminal } from '../terminal.ts';
import { systemdUnit } from './systemd-unit.ts';

/** Prints the unit that runs the given command on this machine. The key is not read: systemd will. */
export function printUnit(options: RunnerOptions, command: Command): void {
  const unit = systemdUnit({
    node: process.execPath,
    bin: packagePath('bin', 'benchwright.js'),
    url: serviceUrl(options, process.env),
    keyFile: options.keyFile === undefined ? null : resolve(options.keyFile),
    user: unitUser(options),
    more: givenOptions(command),
    dataDir: command.getOptionValueSource('dataDir') === 'default' ? null : resolve(options.dataDir),
    path: programPath(process.env['PATH'] ?? ''),
  });
  processTerminal(process.env).print(unit);
}

/** Null: root, whose unit needs no line for it. */
function unitUser({ unitUser: given, runAs }: RunnerOptions): string | null {
  const user = given ?? runAs ?? null;
  return user === 'root' ? null : user;
}

/** What the unit says by other means, and what is not for the runner. */
const APART = new Set(['url', 'keyFile', 'dataDir', 'printUnit', 'unitUser']);

/** Every other option as it was given, whichever the command has; relative folders from here. */
function givenOptions(command: Command): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (APART.has(name) || command.getOptionValueSource(name) !== 'cli') return [];
    const flag = option.long ?? option.flags;
    // Only root may become another user: a unit of a user's own runs everything as that one.
    if (name === 'runAs' && command.getOptionValue('unitUser') !== 'root') return [];
    const value: unknown = command.getOptionValue(name);
    if (value === true) return [flag];
    if (name === 'targets') return (value as string[]).flatMap((folder) => [flag, resolve(folder)]);
    return [flag, Array.isArray(value) ? value.join(',') : String(value)];
  });
}

/** This shell's, without what npm and npx put in front of it for one command. */
function programPath(path: string): string {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder) && !folder.includes('/node_modules/'));
  return [...new Set(folders)].join(delimiter);
}
