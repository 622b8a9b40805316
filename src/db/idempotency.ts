import { and, eq, sql } from 'drizzle-orm';
import type { Db, Tx } from './client.ts';
import { idempotency } from './schema/idempotency.ts';

/** What an `Idempotency-Key` stands for: one request of one project. */
export interface IdempotentRequest {
  readonly project_id: string;
  /** Method and path. */
  readonly operation: string;
  readonly key: string;
  /** SHA-256 of the raw body, hex. */
  readonly body_digest: string;
}

/** The first answer, as it is given again. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `replayed`: the same request was answered so. `reused`: the key belongs to another body. */
export type Repeated = { readonly kind: 'replayed'; readonly answer: KeptAnswer } | { readonly kind: 'reused' };
export type InFlight = { readonly kind: 'in-flight' };

/** The first request's transaction is a few statements; one that takes longer hangs, and the client is better told. */
const WAIT_MS = 2_000;

/** What became of an earlier request with that key; null: there was none, or it is not committed yet. */
export async function findAnswer(db: Db, request: IdempotentRequest): Promise<Repeated | null> {
  const { project_id, operation, key } = request;
  const [kept] = await db
    .select({
      body_digest: idempotency.body_digest,
      status: idempotency.status,
      headers: idempotency.headers,
      body: idempotency.body,
    })
    .from(idempotency)
    .where(and(eq(idempotency.project_id, project_id), eq(idempotency.operation, operation), eq(idempotency.key, key)));
  if (!kept) return null;
  const { body_digest, ...answer } = kept;
  return body_digest === request.body_digest ? { kind: 'replayed', answer } : { kind: 'reused' };
}

/**
 * Takes the key for this transaction, with the answer that it will give; null: it is ours. Has to be the transaction's first
 * write: the insert waits for the commit of whoever has the key, and the statement after it then sees that answer. When the
 * wait is too long the database fails the transaction (`isLockTimeout`).
 */
export async function takeKey(
  tx: Tx,
  request: IdempotentRequest,
  answer: KeptAnswer,
): Promise<Repeated | InFlight | null> {
  await tx.execute(sql.raw(`set local lock_timeout = ${WAIT_MS}`));
  const taken = await tx
    .insert(idempotency)
    .values({ ...request, ...answer, headers: { ...answer.headers } })
    .onConflictDoNothing()
    .returning({ key: idempotency.key });
  await tx.execute(sql.raw('set local lock_timeout to default'));
  if (taken.length > 0) return null;
  // No row in spite of the conflict: it was pruned in between. Asked again, the key is free.
  return (await findAnswer(tx, request)) ?? { kind: 'in-flight' };
}
