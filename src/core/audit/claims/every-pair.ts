import type { ClaimOf } from '../claim.ts';
import type { Range } from '../printed-number.ts';
import { cellsOf, metricOf } from '../study-cells.ts';
import type { StudyCell } from '../study-cells.ts';
import type { Study } from '../study.ts';
import { cellName, counted, figure, higherIsBetter, listed, loadName, metricName, rounded, span } from '../wording.ts';
import { betterRatio, notPrinted } from './claim-verdict.ts';
import type { ClaimVerdict } from './claim-verdict.ts';

/** A pair this far outside what is claimed, relative to the ratio, is more than loose wording. */
const FAR_OUTSIDE = 0.05;

interface Pair {
  readonly of: StudyCell;
  readonly against: StudyCell;
  readonly ratio: Range & { readonly value: number };
}

/** One deployment against others, in every pair of rows at equal workers and users. */
export function judgeEveryPair(study: Study, claim: ClaimOf<'every_pair'>): ClaimVerdict {
  const pairs = pairsOf(study, claim);
  if (pairs.length === 0) return notPrinted(`${claim.of} and ${listed(claim.against)} at equal workers and users`);
  const least = claim.ratio_at_least;
  const most = claim.ratio_at_most ?? Number.POSITIVE_INFINITY;
  const outside = pairs.filter(({ ratio }) => ratio.hi < least || ratio.lo > most);
  const values = pairs.map(({ ratio }) => ratio.value);
  const range = span(Math.min(...values), Math.max(...values));
  const [who, whom] = higherIsBetter(claim.metric)
    ? [claim.of, listed(claim.against)]
    : [listed(claim.against), claim.of];
  const text =
    `the ${metricName(claim.metric)} of ${who} is ${range} times that of ${whom} in ` +
    `${counted(pairs.length, 'pair')} of rows`;
  if (outside.length === 0) return { outcome: 'holds', says: `“${claim.quote}” (${claim.at}): ${text}.` };
  const far = outside.some(({ ratio }) => ratio.hi < least * (1 - FAR_OUTSIDE) || ratio.lo > most * (1 + FAR_OUTSIDE));
  const limits = claim.ratio_at_most === undefined ? `reach ${figure(least)}` : `lie in ${span(least, most, 3)}`;
  const where = outside.map(
    ({ of, against, ratio }) => `${against.deployment}, ${loadName(of)}: ${figure(ratio.value)}`,
  );
  return {
    outcome: 'fails',
    severity: far || 2 * outside.length > pairs.length ? 'SUSPECT' : 'NOTE',
    tables: [...new Set(outside.flatMap(({ of, against }) => [...of.tables, ...against.tables]))],
    rows: [...new Set(outside.flatMap(({ of, against }) => [cellName(of), cellName(against)]))],
    evidence: {
      pairs: pairs.length,
      pairs_outside: outside.length,
      ratio_min: rounded(Math.min(...values)),
      ratio_max: rounded(Math.max(...values)),
      claimed_at_least: least,
      claimed_at_most: claim.ratio_at_most ?? null,
    },
    says:
      `“${claim.quote}” (${claim.at}): ${text}; ${pairs.length - outside.length} of ${pairs.length} ${limits}` +
      `${outside.length < pairs.length ? `, not ${where.join('; ')}` : ''}.`,
    remedy: 'Say in how many rows it holds, and print the ratio of each with its interval.',
  };
}

function pairsOf(study: Study, claim: ClaimOf<'every_pair'>): readonly Pair[] {
  const chosen = cellsOf(study).filter(
    (c) =>
      (claim.workers === undefined || (c.workers !== null && claim.workers.includes(c.workers))) &&
      (claim.users === undefined || (c.users !== null && claim.users.includes(c.users))),
  );
  return chosen
    .filter((cell) => cell.deployment === claim.of)
    .flatMap((of) =>
      chosen
        .filter((c) => claim.against.includes(c.deployment) && c.workers === of.workers && c.users === of.users)
        .flatMap((against): Pair[] => {
          const [a, b] = [metricOf(of, claim.metric), metricOf(against, claim.metric)];
          const ratio = a === null || b === null ? null : betterRatio(a, b, claim.metric);
          return ratio === null ? [] : [{ of, against, ratio }];
        }),
    );
}
