const POLL_MS = 20;

/** Waits until the condition holds; fails when it does not within the time, with what it was about. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  within_ms = 10_000,
): Promise<void> {
  const until = performance.now() + within_ms;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`not within ${within_ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
