import type { RunnerEvent } from '../../runner/event.ts';
import { etaByPace } from './eta-by-pace.ts';
import { durationText, startProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

/** Of a commit as much as git shows, of a branch what fits. */
const SHOWN_REF = 12;

export interface LiveProgress {
  onEvent(event: RunnerEvent): void;
  stop(): void;
}

/**
 * Turns the runner's events into one line: trial k of n, the cell, its phase, requests/s and failures of the last second, and
 * the estimated end. The estimate starts from the service's and follows the measured pace once a trial has ended.
 */
export function liveProgress(
  terminal: Terminal,
  matrix: { readonly trials: number; readonly estimated_s: number },
  now: () => number = Date.now,
): LiveProgress {
  const progress = startProgress(terminal);
  let done = 0;
  let cell: string | null = null;
  let phase = 'starting';
  let rate = '';
  let isFirstNumber = true;
  const eta = etaByPace(matrix, now);
  const show = (): void =>
    progress.update({
      done,
      planned: matrix.trials,
      text: [cell, phase, rate].filter(Boolean).join('  '),
      eta_s: eta.left(done),
    });

  const onEvent = (event: RunnerEvent): void => {
    if (event.type === 'provisioning') {
      phase = `provisioning ${event.target}${event.ref === undefined ? '' : ` at ${event.ref.slice(0, SHOWN_REF)}`}`;
    } else if (event.type === 'probe') {
      phase = `probing ${event.deployment} with one user`;
    } else if (event.type === 'floor') {
      phase = `measuring the engine's floor at ${event.level}`;
    } else if (event.type === 'trial-started') {
      // A rerun has the place of the trial that it repeats: the count of trials done must not go back, and it is none of those that are left.
      if (event.run === 1) {
        eta.started();
        done = event.k - 1;
      }
      cell = event.cell;
      phase = event.run === 1 ? 'starting' : 'again: the first run was not valid';
      rate = '';
    } else if (event.type === 'phase') {
      phase = event.phase;
    } else if (event.type === 'second') {
      rate = `${event.second.answered} req/s  ${event.second.failed} failed`;
      if (isFirstNumber)
        terminal.note(
          `first number: ${event.cell} ${event.second.answered} req/s (${event.second.phase}); ${matrix.trials} trials, about ${durationText(matrix.estimated_s)}`,
        );
      isFirstNumber = false;
    } else if (event.type === 'trial-ended') {
      done = Math.max(done, event.k);
      eta.ended(done);
      const { state, failure, cell: name } = event.result;
      if (state !== 'ok')
        terminal.note(`${name}: ${state} at ${failure?.step ?? '?'}: ${failure?.says ?? 'no reason given'}`);
    } else return;
    show();
  };
  return { onEvent, stop: () => progress.stop() };
}
