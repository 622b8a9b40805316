/**
 * Runs `body` with this JavaScript loaded first by every process of Node that it starts, in each of its threads: to make engines worse
 * than they are. Not to be used by two at once: it is a variable of the environment.
 */
export async function withPreload<T>(code: string, body: () => Promise<T>): Promise<T> {
  const before = process.env['NODE_OPTIONS'];
  process.env['NODE_OPTIONS'] = `--import data:text/javascript,${encodeURIComponent(code)}`;
  try {
    return await body();
  } finally {
    if (before === undefined) delete process.env['NODE_OPTIONS'];
    else process.env['NODE_OPTIONS'] = before;
  }
}
