import { Command } from 'commander';
import { compareResults } from '../../core/compare/compare-results.ts';
import { renderComparison } from '../../report/compare-text.ts';
import { withConnection } from '../options.ts';
import { readResults } from '../read-results.ts';
import type { ConnectionOptions } from '../service-client.ts';
import { printJson, processTerminal } from '../terminal.ts';

export function compareCommand(): Command {
  const command = new Command('compare')
    .description('two experiments cell by cell: B against A')
    .argument('<a>', 'an id (exp_…) or a results.json')
    .argument('<b>', 'the same');
  return withConnection(command).action(
    async (a: string, b: string, options: ConnectionOptions & { json?: boolean }) => {
      const terminal = processTerminal(process.env);
      const comparison = compareResults(await readResults(a, options), await readResults(b, options));
      if (options.json === true) printJson(terminal, comparison);
      else terminal.print(renderComparison(comparison, { width: terminal.width, color: terminal.color }));
    },
  );
}
