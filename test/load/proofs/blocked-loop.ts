/**
 * Runs `body` with engines whose event loop is blocked: every process of Node that it starts, each thread of it, computes for
 * `for_ms` every `every_ms`. Not to be used by two at once: it is a variable of the environment.
 */
export async function withBlockedLoop<T>(
  { for_ms, every_ms }: { readonly for_ms: number; readonly every_ms: number },
  body: () => Promise<T>,
): Promise<T> {
  const before = process.env['NODE_OPTIONS'];
  const block = `setInterval(()=>{const e=performance.now()+${for_ms};while(performance.now()<e);},${every_ms}).unref()`;
  process.env['NODE_OPTIONS'] = `--import data:text/javascript,${encodeURIComponent(block)}`;
  try {
    return await body();
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
}
