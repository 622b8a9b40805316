import { FAILURE_CLASSES, type LoadResult } from '../../../../src/core/load-result.ts';
import type { Judged } from '../proof.ts';

export type Accounts = Pick<
  LoadResult,
  'requests' | 'not_sent' | 'ok' | 'failed' | 'sent_total' | 'answered_in_window' | 'ok_in_window' | 'bytes' | 'seconds'
>;

/** What does not add up; empty when all does. `seen`: whole requests that the server counted in the whole run. */
export function accountProblems(result: Accounts, seen: number): string[] {
  const failed = FAILURE_CLASSES.reduce((sum, name) => sum + result.failed[name], 0);
  const problems: string[] = [];
  const must = (isSo: boolean, says: string): void => void (isSo || problems.push(says));
  const { requests, ok, not_sent, sent_total } = result;
  must(requests === ok + failed + not_sent, `planned ${requests} ≠ ok ${ok} + failed ${failed} + not sent ${not_sent}`);
  const inWindow = result.seconds.filter(({ phase }) => phase === 'window');
  const rows = (of: (row: LoadResult['seconds'][number]) => number): number =>
    inWindow.reduce((sum, row) => sum + of(row), 0);
  const answered = rows((row) => row.answered);
  must(answered === result.answered_in_window, `${answered} answers in the rows ≠ ${result.answered_in_window}`);
  const bytes = rows((row) => row.bytes);
  must(bytes === result.bytes, `${bytes} bytes in the rows ≠ ${result.bytes}`);
  must(result.ok_in_window <= result.answered_in_window, 'more good answers than answers');
  // Of a request that was reset or timed out nobody knows whether the server had read it.
  const unsure = result.failed.reset + result.failed.timeout;
  must(
    seen <= sent_total && seen >= sent_total - unsure,
    `the server saw ${seen}, not ${unsure === 0 ? sent_total : `${sent_total - unsure} to ${sent_total}`}`,
  );
  return problems;
}

export function judgeAccounts(result: Accounts, seen: number): Judged {
  const problems = accountProblems(result, seen);
  const { requests, ok, sent_total, failed } = result;
  const failures = FAILURE_CLASSES.filter((name) => failed[name] > 0).map((name) => `${name} ${failed[name]}`);
  const counts = `planned ${requests} = ok ${ok}${failures.map((each) => ` + ${each}`).join('')}`;
  return {
    passed: problems.length === 0 && ok > 0,
    figures: `${counts}; sent ${sent_total}, the server saw ${seen}${problems.length > 0 ? `; ${problems.join('; ')}` : ''}`,
  };
}
