import type { Db } from './client.ts';

/**
 * For statements that requests wait for all the time: built, with placeholders, once for each database that they run on. Building the
 * claim's takes about as long as the service needs for all the rest of it.
 */
export function builtOnce<Statement>(build: (on: Db) => Statement): (on: Db) => Statement {
  const built = new WeakMap<object, Statement>();
  return (on) => {
    // Not the handle itself: on Workers one handle stands for each request's own database.
    const { session } = on._;
    const known = built.get(session);
    if (known !== undefined) return known;
    const statement = build(on);
    built.set(session, statement);
    return statement;
  };
}
