import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { isVersioned } from '../../core/target-source.ts';
import { lockFolder } from '../../db/folder-lock.ts';
import { type Catalogue, type CatalogueTarget, readCatalogue } from '../../runner/catalogue.ts';
import { openDataDir } from '../../runner/data-dir.ts';
import { type VerifiedInterface, verifyTarget } from '../../runner/verify-target.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { repeatable } from '../options.ts';
import { runnerLog } from '../runner-log.ts';
import { type NewTargetOptions, newTarget } from '../targets/new-target.ts';
import { verifiedText } from '../targets/verified-text.ts';
import { targetsDirs } from '../targets-dirs.ts';
import { printJson, processTerminal } from '../terminal.ts';

interface TargetsOptions {
  readonly targets: readonly string[];
  readonly json?: boolean;
}

interface VerifyOptions extends TargetsOptions {
  readonly dataDir: string;
  readonly ref?: string;
}

export function targetsCommand(): Command {
  const list = new Command('list').description('the targets that can be measured here').action(listTargets);
  const verify = new Command('verify')
    .description('start targets and check every answer of the contract; no load is sent')
    .argument('<name...>', 'as `targets list` names them')
    .option('--ref <ref>', 'of targets from git: a commit or branch (default: the default branch)')
    .option('--data-dir <folder>', 'where targets are provisioned', '.benchwright/runner')
    .action(verifyTargets);
  const make = new Command('new')
    .description('make the folder of a target of your own: it works, and is yours to change')
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .option('--targets <folder>', 'the folder of targets that it is made in', 'targets')
    .addOption(new Option('--language <language>', 'what it is written in').choices(['node', 'python']).default('node'))
    .option('--json', 'print one JSON document and nothing else')
    .action((name: string, options: NewTargetOptions) => newTarget(name, options, processTerminal(process.env)));
  const command = new Command('targets').description('the catalogue of targets');
  for (const sub of [list, verify]) {
    sub.addOption(repeatable('--targets <folder>', 'a folder of targets', 'the catalogue'));
    sub.option('--json', 'print one JSON document and nothing else');
    command.addCommand(sub);
  }
  return command.addCommand(make);
}

const catalogueOf = (options: TargetsOptions): Catalogue => readCatalogue(targetsDirs(options.targets));

function listTargets(options: TargetsOptions): void {
  const terminal = processTerminal(process.env);
  const { offers } = catalogueOf(options);
  if (options.json) return printJson(terminal, { targets: offers });
  const table = new Table({
    head: ['target', 'language', 'servers (interfaces)', 'workloads', 'here'],
    style: { head: [], border: [] },
  });
  for (const offer of offers) {
    const servers = offer.servers.map((s) => `${s.server} (${s.interfaces.join(', ')})`).join('; ');
    table.push([offer.target, offer.language, servers, offer.workloads.join(', '), offer.unavailable ?? 'yes']);
  }
  terminal.print(table.toString());
}

async function verifyTargets(names: readonly string[], options: VerifyOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  const chosen = chooseTargets(catalogueOf(options), names);
  if (options.ref !== undefined) requireVersioned(chosen);
  using interrupt = interruptSignal();
  const dataDir = openDataDir(options.dataDir, lockFolder);
  const common = { provisionRoot: dataDir.provision, ref: options.ref ?? null, log: runnerLog() };
  const verified: VerifiedInterface[] = [];
  try {
    for (const target of chosen) {
      const results = await verifyTarget({ ...common, target, signal: interrupt.signal });
      verified.push(...results);
      if (!options.json) for (const result of results) terminal.print(verifiedText(result));
    }
  } catch (error) {
    if (interrupt.signal.aborted) throw new CommandError(EXIT.interrupted, 'interrupted');
    throw error;
  } finally {
    dataDir.release();
  }
  if (options.json) printJson(terminal, { verified });
  process.exitCode = verified.every((result) => result.ok) ? EXIT.ok : EXIT.gateFailed;
}

function chooseTargets({ targets }: Catalogue, names: readonly string[]): CatalogueTarget[] {
  const unknown = names.filter((name) => !targets.has(name));
  if (unknown.length > 0)
    throw new CommandError(
      EXIT.badInput,
      `unknown target ${unknown.join(', ')}; there are: ${[...targets.keys()].join(', ')}`,
    );
  const chosen = names.flatMap((name) => targets.get(name) ?? []);
  const cannot = chosen.filter((target) => target.unavailable !== null);
  if (cannot.length === 0) return chosen;
  throw new CommandError(
    EXIT.badInput,
    cannot.map((target) => `${target.manifest.name} cannot run here: ${target.unavailable}`).join('\n'),
  );
}

function requireVersioned(targets: readonly CatalogueTarget[]): void {
  const others = targets.filter(({ manifest }) => !isVersioned(manifest.source)).map(({ manifest }) => manifest.name);
  if (others.length > 0)
    throw new CommandError(EXIT.badInput, `--ref is for targets from git, which ${others.join(', ')} is not`);
}
