/**
 * A signal that aborts on the first Ctrl-C or SIGTERM. `dispose` puts the handlers back. A second Ctrl-C is left to the
 * caller through `onSecond`, for people who will not wait.
 */
export function interruptSignal(onSecond?: () => void): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController();
  const handle = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) onSecond?.();
    else controller.abort(name);
  };
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
