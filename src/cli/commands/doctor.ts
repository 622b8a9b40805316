import { Command } from 'commander';
import type { MachineCheck } from '../doctor/inspect-machine.ts';
import { printJson, processTerminal, type Terminal } from '../terminal.ts';
import { EXIT } from '../exit-codes.ts';

const MARKS: Record<MachineCheck['state'], string> = { good: '✓', advice: '!', missing: '✗' };

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine can run, what is missing, and how to get it')
    .option('--data-dir <folder>', 'the data folder to check', '.benchwright')
    .option('--json', 'print one JSON document and nothing else')
    .action(async (options: { dataDir: string; json?: boolean }) => {
      const terminal = processTerminal(process.env);
      const { inspectMachine } = await import('../doctor/inspect-machine.ts');
      const checks = await inspectMachine(options.dataDir);
      if (options.json) printJson(terminal, { checks });
      else printChecks(terminal, checks);
      process.exitCode = checks.some((check) => check.state === 'missing') ? EXIT.unexpected : EXIT.ok;
    });
}

function printChecks(terminal: Terminal, checks: readonly MachineCheck[]): void {
  const width = Math.max(...checks.map((check) => check.what.length));
  for (const check of checks) {
    terminal.print(`${MARKS[check.state]} ${check.what.padEnd(width)}  ${check.found}`);
    if (check.remedy !== null) terminal.print(`  ${' '.repeat(width)}  → ${check.remedy}`);
  }
}
