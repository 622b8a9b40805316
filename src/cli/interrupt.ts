/**
 * A signal that aborts on the first Ctrl-C or SIGTERM. `dispose` puts the handlers back. Further ones change nothing: what
 * stops has a deadline of its own, and a process that ended before would leave behind what it had started.
 */
export function interruptSignal(): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController();
  const handle = (name: NodeJS.Signals): void => controller.abort(name);
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
