import { Command } from 'commander';
import { loadText } from '../../report/load-text.ts';
import { runEngine } from '../../load/run-engine.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { checkConnection } from '../load/check-connection.ts';
import { type LoadOptions, planOfOptions } from '../load/plan-of-options.ts';
import { secondLine } from '../load/second-line.ts';
import { printJson, processTerminal } from '../terminal.ts';

export function loadCommand(): Command {
  return new Command('load')
    .description('the load engine alone, like wrk: load one URL and say whether the figures may be believed')
    .argument('<url>', 'what to request, e.g. http://127.0.0.1:8080/test')
    .option('-c, --connections <n>', 'closed loop of n connections that never pause (default: 10)')
    .option('--users <n>', 'closed loop of n users who think between an answer and the next request')
    .option('--think-time <seconds>', 'of each user: 1.5, or 1-2 for uniform between (default: 0)')
    .option('--ramp <users/s>', 'how fast users arrive (default: 10)')
    .option('-d, --duration <time>', 'length of the measured window: 10, 10s or 1m', '10')
    .option('--warmup <seconds>', 'load before the window that is not measured', '1')
    .option('--timeout <seconds>', 'after which a request has failed', '10')
    .option('--method <method>', 'the request method', 'GET')
    .option('--seed <n>', 'of the think times', '1')
    .option('--json', 'print one JSON document and nothing else')
    .action(load);
}

async function load(address: string, options: LoadOptions): Promise<void> {
  const terminal = processTerminal(process.env);
  const plan = planOfOptions(address, options);
  await checkConnection(plan);
  using interrupt = interruptSignal();
  const line = secondLine(terminal, process.stderr);
  try {
    const result = await runEngine(plan, { signal: interrupt.signal, onMessage: (message) => line.show(message) });
    line.clear();
    if (options.json === true) printJson(terminal, result);
    else terminal.print(loadText(result));
  } catch (error) {
    line.clear();
    if (!interrupt.signal.aborted) throw error;
    throw new CommandError(EXIT.interrupted, 'interrupted before anything was measured');
  }
  if (interrupt.signal.aborted) process.exitCode = EXIT.interrupted;
}
