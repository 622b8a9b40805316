import { parseSpec } from '../../core/spec-parse.ts';
import type { Results } from '../../core/results.ts';
import { type AbSides, abText, abVerdict } from '../../report/ab-text.ts';
import { readCatalogue } from '../../runner/catalogue.ts';
import type { AbOptions } from '../commands/ab.ts';
import { demoCores } from '../demo/demo-cores.ts';
import { followLive, submitLive } from '../demo/live-experiment.ts';
import { withOwnService } from '../demo/own-service.ts';
import { makeResultsFolder, writeResults } from '../demo/results-folder.ts';
import { gateExitCode } from '../gate.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { targetsDirs } from '../targets-dirs.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { abSpec } from './ab-spec.ts';
import { resolveSides } from './resolve-sides.ts';
import { versionedTarget } from './versioned-target.ts';

/** Base against head, on a service and a runner of the command's own. Exit code 3: the head is slower. */
export async function runAb(options: AbOptions, terminal: Terminal): Promise<void> {
  using interrupt = interruptSignal();
  await makeResultsFolder();
  const dirs = targetsDirs(options.targets);
  const catalogue = readCatalogue(dirs);
  const versioned = versionedTarget(catalogue, options.target);
  const sides = await resolveSides(versioned, options, interrupt.signal);
  const document = abSpec(versioned.target.manifest, options, sides);
  const parsed = parseSpec(document, { offers: catalogue.offers });
  if (!parsed.ok)
    throw new CommandError(EXIT.badInput, parsed.problems.map(({ detail }) => detail).join('\n'), {
      errors: parsed.problems,
    });
  if (sides.base.commit === sides.head.commit)
    terminal.note('note: base and head are the same commit: what differs is the noise of this machine');
  const spec = { body: JSON.stringify(document), mediaType: 'application/json' } as const;
  const interrupted = interrupt.signal;
  const order = { port: undefined, dataDir: options.dataDir, targetsDirs: dirs, terminal, interrupted };
  await withOwnService(
    { ...order, cores: demoCores(options) },
    async () => spec,
    async (held) => {
      const live = { ...held, spec, terminal, interrupted };
      const submitted = await submitLive(live);
      await followLive(live, submitted);
      const { folder, results } = await writeResults(held.client, submitted.id);
      tell(results, sides, { folder, terminal, asJson: options.json === true });
      process.exitCode = interrupted.aborted ? EXIT.interrupted : gateExitCode(results);
    },
  );
}

interface Telling {
  readonly folder: string;
  readonly terminal: Terminal;
  readonly asJson: boolean;
}

function tell(results: Results, sides: AbSides, { folder, terminal, asJson }: Telling): void {
  if (asJson) printJson(terminal, { ...abVerdict(results), ...sides, experiment: results.experiment.id, folder });
  else terminal.print(abText(results, sides, terminal.width));
  terminal.note(`\nin ${folder}: report.html  results.json  cells.csv  trials.csv`);
}
