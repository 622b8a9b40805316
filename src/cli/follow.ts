import { exitCodeOf, type ExperimentDocument, waitForEnd } from './experiment.ts';
import { interruptSignal } from './interrupt.ts';
import { startProgress } from './progress.ts';
import type { ServiceClient } from './service-client.ts';
import { printJson, type Terminal } from './terminal.ts';

/** Follows an experiment to its end with progress on stderr; prints how it ended and sets the exit code. */
export async function followToEnd(
  client: ServiceClient,
  id: string,
  terminal: Terminal,
  asJson: boolean,
): Promise<void> {
  using interrupt = interruptSignal();
  const progress = startProgress(terminal);
  let ended: ExperimentDocument;
  try {
    ended = await waitForEnd(client, id, interrupt.signal, (seen) =>
      progress.update({
        done: seen.trials_done,
        planned: seen.trials_planned,
        text: [seen.progress?.cell ?? seen.status, seen.progress?.phase].filter(Boolean).join('  '),
        eta_s: seen.progress?.eta_s ?? null,
      }),
    );
  } finally {
    progress.stop();
  }
  if (asJson) printJson(terminal, ended);
  else terminal.print(`${ended.id} ${ended.status}${ended.reason === null ? '' : ` (${ended.reason})`}`);
  process.exitCode = exitCodeOf(ended.status);
}
