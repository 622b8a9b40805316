import type { Db } from './client.ts';

/**
 * For statements that requests wait for all the time: built, with placeholders, once for each database that they run on. Building the
 * claim's takes about as long as the service needs for all the rest of it.
 */
export function builtOnce<Statement>(build: (on: Db) => Statement): (on: Db) => Statement {
  const built = new WeakMap<Db, Statement>();
  return (on) => {
    const known = built.get(on);
    if (known !== undefined) return known;
    const statement = build(on);
    built.set(on, statement);
    return statement;
  };
}
