import type { ISql, Sql, TransactionSql } from 'postgres';

/** What postgres.js takes; its types leave `simple` out. */
const PREPARED = { prepare: true, simple: false } as const;

/** What a transaction does; options or the name of a savepoint may stand before it. */
type Work = string | ((tx: TransactionSql) => unknown);

/**
 * The same client, with every statement that Drizzle sends prepared under a name, in transactions and savepoints too. Drizzle hands
 * all of its statements to `unsafe`, which by itself sends those with values unnamed and those without by the simple protocol:
 * Postgres then plans them anew each time, and Hyperdrive's transaction pooling hangs on them.
 *
 * What postgres.js sends on its own account stays as it is: `begin` by the simple protocol, which poolers know as the start of a
 * transaction; `commit`, `rollback` and `savepoint` prepared. A prepared statement holds one command: a migration is cut at its
 * breakpoints.
 */
export function preparing(client: Sql): Sql {
  return withPrepared(client, {
    begin: (...args: Work[]) => client.begin(...(preparingWithin(args) as Parameters<Sql['begin']>)),
  });
}

function preparingTransaction(tx: TransactionSql): TransactionSql {
  return withPrepared(tx, {
    savepoint: (...args: Work[]) => tx.savepoint(...(preparingWithin(args) as Parameters<TransactionSql['savepoint']>)),
  });
}

function preparingWithin(args: readonly Work[]): Work[] {
  return args.map((arg) => (typeof arg === 'string' ? arg : (tx: TransactionSql) => arg(preparingTransaction(tx))));
}

function withPrepared<Client extends ISql>(client: Client, scopes: Record<string, unknown>): Client {
  const unsafe = (query: string, values: Parameters<ISql['unsafe']>[1] = [], options: object = {}) =>
    client.unsafe(query, values, { ...options, ...PREPARED });
  const own = new Map<string | symbol, unknown>(Object.entries({ ...scopes, unsafe }));
  return new Proxy(client, {
    get: (target, property): unknown => (own.has(property) ? own.get(property) : Reflect.get(target, property)),
  });
}
