import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

export interface ProgressState {
  readonly done: number;
  readonly planned: number;
  /** What goes on now, one short phrase. */
  readonly text: string;
  readonly eta_s: number | null;
}

export interface Progress {
  update(state: ProgressState): void;
  stop(): void;
}

const LINE_EVERY_MS = 10_000;

/** A bar on a terminal; elsewhere a line every 10 s, so that a CI log stays readable. */
export function startProgress(terminal: Terminal, now: () => number = Date.now): Progress {
  return terminal.isInteractive ? startBar() : startLines(terminal, now);
}

export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

function startBar(): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total} trials  {eta_text}  {text}',
      hideCursor: true,
      barsize: 24,
      stream: process.stderr,
      clearOnComplete: true,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  let isStarted = false;
  return {
    update({ done, planned, text, eta_s }) {
      const payload = { text, eta_text: eta_s === null ? '' : `${durationText(eta_s)} left` };
      if (!isStarted) bar.start(planned, done, payload);
      else {
        bar.setTotal(planned);
        bar.update(done, payload);
      }
      isStarted = true;
    },
    stop() {
      if (isStarted) bar.stop();
      isStarted = false;
    },
  };
}

function startLines(terminal: Terminal, now: () => number): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return {
    update({ done, planned, text, eta_s }) {
      if (now() - last < LINE_EVERY_MS) return;
      last = now();
      terminal.note(`${done}/${planned} trials  ${text}${eta_s === null ? '' : `  about ${durationText(eta_s)} left`}`);
    },
    stop() {},
  };
}
