import { delimiter, isAbsolute, resolve } from 'node:path';
import type { RunnerOptions } from '../commands/runner.ts';
import { packagePath } from '../package-path.ts';
import { serviceUrl } from '../service-client.ts';
import { processTerminal } from '../terminal.ts';
import { systemdUnit } from './systemd-unit.ts';

/** Prints the unit that runs the given command on this machine. The key is not read: systemd will. */
export function printUnit(options: RunnerOptions, isDefaultDataDir: boolean): void {
  const unit = systemdUnit({
    node: process.execPath,
    bin: packagePath('bin', 'benchwright.js'),
    url: serviceUrl(options, process.env),
    keyFile: options.keyFile === undefined ? null : resolve(options.keyFile),
    user: options.runAs ?? null,
    more: givenOptions(options),
    dataDir: isDefaultDataDir ? null : resolve(options.dataDir),
    path: programPath(process.env['PATH'] ?? ''),
  });
  processTerminal(process.env).print(unit);
}

function givenOptions({ targets, serverCpus, generatorCpus, once }: RunnerOptions): string[] {
  return [
    ...targets.flatMap((folder) => ['--targets', resolve(folder)]),
    ...(serverCpus === undefined ? [] : ['--server-cpus', serverCpus.join(',')]),
    ...(generatorCpus === undefined ? [] : ['--generator-cpus', generatorCpus.join(',')]),
    ...(once === true ? ['--once'] : []),
  ];
}

/** This shell's, without what npm and npx put in front of it for one command. */
function programPath(path: string): string {
  const folders = path.split(delimiter).filter((folder) => isAbsolute(folder) && !folder.includes('/node_modules/'));
  return [...new Set(folders)].join(delimiter);
}
