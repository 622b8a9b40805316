interface Interrupt {
  /** Aborts on the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborts on the second. */
  readonly again: AbortSignal;
  /** Puts the handlers back. */
  [Symbol.dispose](): void;
}

/**
 * The wish to end. A second one changes nothing unless the command listens to `again`: what stops has a deadline of its own,
 * and a process that ended before would leave behind what it had started.
 */
export function interruptSignal(): Interrupt {
  const controller = new AbortController();
  const again = new AbortController();
  const handle = (name: NodeJS.Signals): void => (controller.signal.aborted ? again : controller).abort(name);
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    again: again.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
