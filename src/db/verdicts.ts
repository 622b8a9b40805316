import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type { GateVerdict } from '../core/gate/verdict.ts';
import type { Judgement } from '../core/summary/facts.ts';
import type { Db, Tx } from './client.ts';
import { changeExperiment } from './experiment-change.ts';
import { noteOutbound } from './outbox.ts';
import { type MadeText, storedText } from './results.ts';
import { experiments } from './schema/experiments.ts';

/** What is still to be judged: it has ended, and has no verdict. */
const IS_UNJUDGED = and(isNotNull(experiments.ended_at), isNull(experiments.verdict));

export interface Unjudged {
  readonly project_id: string;
  readonly id: string;
}

/** Ended experiments of all projects without a verdict, those that wait longest first, without `except`. */
export async function listUnjudged(
  db: Db,
  page: { readonly limit: number; readonly except: readonly string[] },
): Promise<Unjudged[]> {
  // One parameter however many there are: the statement is prepared once. Ids hold no comma.
  const others = sql`not (${experiments.id} = any(string_to_array(${page.except.join(',')}, ',')))`;
  return db
    .select({ project_id: experiments.project_id, id: experiments.id })
    .from(experiments)
    .where(and(IS_UNJUDGED, others))
    .orderBy(asc(experiments.ended_at), asc(experiments.id))
    .limit(page.limit);
}

export interface Settled {
  readonly verdict: GateVerdict;
  /** The results that hold it. */
  readonly results: MadeText;
}

/**
 * Gives an ended experiment its verdict: column, results, event and what is to be sent, all of it or nothing. Of several that judge
 * it at once the first does; false: it had a verdict already, or is no more. `none` is what readers saw before, so nothing changes
 * for them.
 */
export async function settleVerdict(db: Db, experiment_id: string, settled: Settled): Promise<boolean> {
  const { verdict } = settled;
  return db.transaction(async (tx) => {
    const project_id = await lockUnjudged(tx, experiment_id);
    if (project_id === undefined) return false;
    const set = { verdict, ...storedText(settled.results) };
    if (verdict === 'none') {
      await tx.update(experiments).set(set).where(eq(experiments.id, experiment_id));
      return true;
    }
    await changeExperiment(tx, experiment_id, set, { type: 'judged', data: { verdict } });
    await noteOutbound(tx, { project_id, type: `experiment.verdict.${verdict}`, experiment_id, data: {} });
    return true;
  });
}

/** Its project; undefined: there is nothing to judge. Others wait for the lock, and then find it judged. */
async function lockUnjudged(tx: Tx, experiment_id: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ project_id: experiments.project_id })
    .from(experiments)
    .where(and(eq(experiments.id, experiment_id), IS_UNJUDGED))
    .for('no key update');
  return row?.project_id;
}

/**
 * The verdict of an experiment with all that it was given for, from the results that are stored, of whatever version: it stands,
 * whatever a later summariser would make of the same trials. Null: none was given.
 */
export async function getJudgement(db: Db, experiment_id: string): Promise<Judgement | null> {
  const thresholds = sql<Judgement['thresholds']>`${experiments.results} -> 'thresholds'`;
  const baseline = sql<Judgement['baseline']>`${experiments.results} -> 'baseline'`;
  const isJudged = sql`${experiments.verdict} <> 'none' and json_typeof(${thresholds}) = 'array'`;
  const [row] = await db
    .select({ verdict: experiments.verdict, thresholds, baseline })
    .from(experiments)
    .where(and(eq(experiments.id, experiment_id), isJudged));
  return row?.verdict ? { ...row, verdict: row.verdict } : null;
}
