import { always } from '../../../src/core/load-plan.ts';
import { FAILURE_CLASSES, type LoadResult } from '../../../src/core/load-result.ts';
import { run } from '../plans.ts';
import { startScriptedServer } from '../scripted-server.ts';
import type { OddAnswer } from './odd-answers.ts';
import type { Bench, Judged } from './proof.ts';
import { NUMBERED_REQUEST, truthPlan } from './truth-run.ts';

export interface OddRun {
  readonly odd: OddAnswer;
  readonly result: LoadResult;
  /** Whole requests that the server saw. */
  readonly seen: number;
}

/** Engines at a time: none of this is held to a time but the timeouts. */
const AT_A_TIME = 6;
/** Shorter than the window: what was planned before that is none of its requests. */
const TIMEOUT_S = 0.25;
const WINDOW_S = 0.6;
/** Node with its young generations and a buffer or two; an answer that was kept whole would be gigabytes. */
export const MOST_RSS_MB = 250;

/** Each odd answer to every request of a short run of two connections. */
export async function runOddAnswers({ signal }: Pick<Bench, 'signal'>, odd: readonly OddAnswer[]): Promise<OddRun[]> {
  const runs: OddRun[] = [];
  const left = [...odd];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await using server = await startScriptedServer(next.script);
      const model = { kind: 'connections', connections: 2 } as const;
      // A request that may be sent again after a stale connection would hide what became of it.
      const workload = always({ ...NUMBERED_REQUEST, method: 'POST' });
      const change = { model, workload, warmup_s: 0, window_s: WINDOW_S, timeout_s: TIMEOUT_S };
      const result = await run(truthPlan(server.port, change), { signal });
      runs.push({ odd: next, result, seen: server.requests() });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return runs;
}

/** What is wrong with the run; empty when it is as it should be. */
export function oddProblems({ odd, result, seen }: OddRun): string[] {
  const classes = FAILURE_CLASSES.filter((name) => result.failed[name] > 0);
  const failed = classes.reduce((sum, name) => sum + result.failed[name], 0);
  const problems: string[] = [];
  const must = (isSo: boolean, says: string): void => void (isSo || problems.push(`${odd.name}: ${says}`));
  const found = [...(result.ok > 0 ? ['ok'] : []), ...classes];
  must(found.join() === odd.is, `expected ${odd.is}, got ${found.join() || 'nothing'}`);
  must(result.requests === result.ok + failed + result.not_sent, 'the accounts do not add up');
  must(
    seen >= result.sent_total - result.failed.reset - result.failed.timeout && seen <= result.sent_total,
    `${result.sent_total} sent, ${seen} seen`,
  );
  if (odd.body_bytes !== undefined)
    must(result.body_bytes_mean === odd.body_bytes, `a body of ${result.body_bytes_mean} bytes, not ${odd.body_bytes}`);
  must(result.generator.rss_mb <= MOST_RSS_MB, `${result.generator.rss_mb.toFixed(0)} MiB of memory`);
  return problems;
}

export function judgeOddAnswers(runs: readonly OddRun[], expected: number): Judged {
  const problems = runs.flatMap(oddProblems);
  const most = Math.max(...runs.map(({ result }) => result.generator.rss_mb));
  const wrong = problems.length > 0 ? `; ${problems.join('; ')}` : '';
  return {
    passed: problems.length === 0 && runs.length === expected,
    figures: `${runs.length} of ${expected} kinds of answer, ${problems.length} problems, at most ${most.toFixed(0)} MiB of memory${wrong}`,
  };
}
