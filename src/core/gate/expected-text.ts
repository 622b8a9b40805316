import { declaredPercentText } from '../number-text.ts';
import { parseExpectation } from './expectation.ts';
import type { ThresholdCheck } from './verdict.ts';

/** What a check of a regression expects, for people: "throughput_rps worse by 3 % at most". */
export function regressionText({ metric, worse_by }: { readonly metric: string; readonly worse_by: number }): string {
  return `${metric} worse by ${declaredPercentText(worse_by)} at most`;
}

const ALLOWED = / worse by (\S+) % at most$/;

/** How much worse a regression may be, as it was declared: 0.03; null: the check is of no regression. */
export function allowedIn({ expected }: Pick<ThresholdCheck, 'expected'>): number | null {
  const percent = ALLOWED.exec(expected)?.[1];
  return percent === undefined ? null : Number(percent) / 100;
}

/** What value, lo and hi of a check are held against: the limit of an expectation, the least ratio of a regression; null: not known. */
export function limitIn({ expected }: Pick<ThresholdCheck, 'expected'>): number | null {
  const allowed = allowedIn({ expected });
  if (allowed !== null) return 1 / (1 + allowed);
  const parsed = parseExpectation(expected);
  return parsed.ok ? parsed.expectation.limit : null;
}
