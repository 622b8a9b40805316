import type { ISql, Sql, TransactionSql } from 'postgres';
import { silent } from './connection-lost.ts';
import type { Heard, OpenSockets } from './open-sockets.ts';
import { Turns } from './turns.ts';

export interface Bounds {
  /** As many as the pool has connections: what has its turn has a connection, or one that is being made. */
  readonly at_once: number;
  /** The longest wait for a turn, and after it for the answer. */
  readonly answer_ms: number;
  readonly sockets: OpenSockets;
}

type Work = string | ((tx: TransactionSql) => unknown);

/**
 * The same client, of which every statement and every transaction ends within twice `answer_ms`: with CONNECTION_SILENT where the
 * database has not answered. Its connection is then dropped, so that it is not lost to the pool. What still waits for its turn has
 * not been sent, and is not; a transaction that is late is not committed.
 */
export function bounded(client: Sql, { at_once, answer_ms, sockets }: Bounds): Sql {
  const turns = new Turns(at_once, answer_ms);
  const inTurn = async <T>(start: () => PromiseLike<T>, late = new AbortController()): Promise<T> => {
    await turns.enter();
    const answer = (async () => await start())().finally(() => turns.leave());
    return inTime(answer, { answer_ms, sockets, late });
  };
  const own = new Map<string | symbol, unknown>(
    Object.entries({
      unsafe: (...args: Parameters<ISql['unsafe']>) => laterQuery(inTurn, () => client.unsafe(...args)),
      begin: (...args: Work[]) => {
        const late = new AbortController();
        const works = args.map((arg) => (typeof arg === 'string' ? arg : unlessLate(arg, late.signal, answer_ms)));
        return inTurn(() => client.begin(...(works as Parameters<Sql['begin']>)), late);
      },
    }),
  );
  return new Proxy(client, {
    get: (target, property): unknown => (own.has(property) ? own.get(property) : Reflect.get(target, property)),
  });
}

/** As a query of postgres.js it is sent when somebody waits for it; only what Drizzle uses of one is there. */
function laterQuery<T>(inTurn: <R>(start: () => PromiseLike<R>) => Promise<R>, query: () => PendingRows<T>) {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- what stands in for a query is awaited like one
    then: (...heard: Parameters<Promise<T>['then']>) => inTurn(query).then(...heard),
    values: () => inTurn(() => query().values()),
  };
}

interface PendingRows<T> extends PromiseLike<T> {
  values(): PromiseLike<unknown>;
}

function unlessLate(work: Exclude<Work, string>, late: AbortSignal, answer_ms: number): Exclude<Work, string> {
  return async (tx) => {
    const result = await work(tx);
    if (late.aborted) throw notAnswered(answer_ms);
    return result;
  };
}

interface Watched {
  readonly answer_ms: number;
  readonly sockets: OpenSockets;
  /** Aborted when it is too late for an answer. */
  readonly late: AbortController;
}

/**
 * Looks twice: what has said nothing between two looks is dropped once the time is up. It goes on looking until the statement has
 * ended, also where some of its answer came just then.
 */
function inTime<T>(answer: Promise<T>, { answer_ms, sockets, late }: Watched): Promise<T> {
  return new Promise((resolve, reject) => {
    let heard: Heard | null = null;
    const look = setInterval(() => {
      if (heard !== null) {
        late.abort();
        reject(notAnswered(answer_ms));
        sockets.dropSilent(heard);
      }
      heard = sockets.heard();
    }, answer_ms / 2);
    answer.finally(() => clearInterval(look)).then(resolve, reject);
  });
}

function notAnswered(answer_ms: number): Error {
  return silent(`the database has not answered within ${answer_ms} ms`);
}
