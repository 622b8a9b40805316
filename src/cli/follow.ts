import { exitCodeOf, type ExperimentDocument, experimentPath, waitForEnd } from './experiment.ts';
import { tellGate } from './gate.ts';
import { interruptSignal } from './interrupt.ts';
import { startProgress } from './progress.ts';
import type { ServiceClient } from './service-client.ts';
import { printJson, type Terminal } from './terminal.ts';

interface FollowOptions {
  readonly asJson: boolean;
  /** At the end, instead of how it ended, its gate. */
  readonly gate?: boolean;
}

/** Follows an experiment to its end with progress on stderr; prints how it ended and sets the exit code. */
export async function followToEnd(
  client: ServiceClient,
  id: string,
  terminal: Terminal,
  { asJson, gate = false }: FollowOptions,
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
  if (gate) return tellGate(await client.getJson(experimentPath(id, '/results.json')), terminal, asJson);
  if (asJson) printJson(terminal, ended);
  else terminal.print(`${ended.id} ${ended.status}${ended.reason === null ? '' : ` (${ended.reason})`}`);
  process.exitCode = exitCodeOf(ended.status);
}
