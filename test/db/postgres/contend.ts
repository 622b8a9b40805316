import postgres from 'postgres';

/** A lock that others wait for, so that their order is the test's and not chance. */
export interface Held extends AsyncDisposable {
  /** Resolves when so many connections of the database wait for a lock. */
  waiters(count: number): Promise<void>;
  /** Lets them go on, in the order in which they came. Idempotent. */
  release(): Promise<void>;
}

/** Runs a locking statement and keeps its transaction open until it is to `end`. `url` is the server's own: a pooler has no connection to spare. */
export async function hold(url: string, statement: string, end: string = 'COMMIT'): Promise<Held> {
  const [holder, watcher] = [postgres(url, { max: 1 }), postgres(url, { max: 1 })];
  await holder.unsafe('BEGIN');
  await holder.unsafe(statement);
  let released: Promise<unknown> | undefined;
  const release = async () => {
    await (released ??= holder.unsafe(end).execute());
  };
  return {
    async waiters(count) {
      let waiting = 0;
      while (waiting < count) {
        const [row] = await watcher<{ waiting: number }[]>`
          SELECT count(*)::int AS waiting FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        waiting = row?.waiting ?? 0;
      }
    },
    release,
    async [Symbol.asyncDispose]() {
      await release();
      await holder.end();
      await watcher.end();
    },
  };
}

/** Starts each when those before it wait for what the statement locks, then lets them go. Answers in the same order. */
export async function inTurn<Answers extends readonly unknown[] | []>(
  url: string,
  statement: string,
  contenders: { readonly [K in keyof Answers]: () => Promise<Answers[K]> },
): Promise<Answers> {
  await using held = await hold(url, statement);
  const started: Promise<unknown>[] = [];
  for (const contender of contenders) {
    started.push(contender());
    await held.waiters(started.length);
  }
  await held.release();
  return (await Promise.all(started)) as unknown as Answers;
}

/** The statement that locks rows as a verb does. Ids are the tests' own. */
export function rows(table: 'jobs' | 'experiments' | 'runners', ...ids: readonly string[]): string {
  return `SELECT id FROM ${table} WHERE id IN (${ids.map((id) => `'${id}'`).join(', ')}) ORDER BY id FOR UPDATE`;
}
