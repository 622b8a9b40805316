import type { Results } from '../core/results.ts';
import { renderGateText } from '../report/gate-text.ts';
import { exitCodeOf } from './experiment.ts';
import { CommandError, EXIT, type ExitCode } from './exit-codes.ts';
import { printJson, type Terminal } from './terminal.ts';

/** Failed fails; inconclusive does not, nor does a spec without thresholds. An experiment that did not succeed is no gate that passed. */
export function gateExitCode({ experiment, verdict }: Pick<Results, 'experiment' | 'verdict'>): ExitCode {
  const ended = exitCodeOf(experiment.status);
  if (ended !== EXIT.ok) return ended;
  return verdict === 'failed' ? EXIT.gateFailed : EXIT.ok;
}

/** Prints the gate of an ended experiment and sets the exit code. */
export function tellGate(results: Results, terminal: Terminal, asJson: boolean): void {
  const { experiment, verdict, baseline, thresholds, partial } = results;
  if (partial)
    throw new CommandError(
      EXIT.badInput,
      `${experiment.id} has not ended (${experiment.trials_done} of ${experiment.trials_planned} trials): a gate is judged at the end`,
    );
  const { id, name, status, reason } = experiment;
  if (asJson) printJson(terminal, { experiment: { id, name, status, reason }, verdict, baseline, thresholds });
  else terminal.print(renderGateText(results, { width: terminal.width, color: terminal.color }));
  process.exitCode = gateExitCode(results);
}
