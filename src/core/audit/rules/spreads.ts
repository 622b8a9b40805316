import { NOTHING } from '../audit-report.ts';
import type { AuditFinding, Checked, RuleOutcome } from '../audit-report.ts';
import { overlap, rangeOf } from '../printed-number.ts';
import type { PrintedNumber, Range } from '../printed-number.ts';
import { standardDeviation } from '../../stats/arithmetic.ts';
import { cellsAcrossLevels, levelsOf, metricOf } from '../study-cells.ts';
import type { SpreadTable, Study } from '../study.ts';
import { counted, figure, listed, metricName, rounded, unitOf } from '../wording.ts';

const RULE = 'standard-deviation';

interface Judged {
  readonly deployment: string;
  readonly printed: PrintedNumber;
  readonly sample: number;
  readonly population: number;
  readonly outcome: 'agrees' | 'impossible' | 'neither';
}

/** Are printed standard deviations those of the rows, by either formula, and what are they the spread of? */
export function spreads(study: Study): RuleOutcome {
  if (study.spreads.length === 0)
    return { ...NOTHING, not_run: [{ rule: RULE, reason: 'no table of standard deviations was given' }] };
  const findings: AuditFinding[] = [...overLevels(study.spreads.filter((t) => t.over === 'users'))];
  const checked: Checked[] = [];
  const notRun: RuleOutcome['not_run'][number][] = [];
  for (const table of study.spreads) {
    if (table.over === 'repetitions')
      notRun.push({ rule: RULE, reason: `${table.table}: the repetitions were not given` });
    const judged = table.over === 'users' ? table.rows.flatMap((row) => judge(study, table, row) ?? []) : [];
    findings.push(...mismatches(table, judged));
    const agree = judged.filter((x) => x.outcome === 'agrees').length;
    if (agree > 0)
      checked.push({
        rule: RULE,
        says: `${table.table}: ${counted(agree, 'standard deviation')} agree with the rows.`,
      });
    const inner = ownArithmetic(table);
    findings.push(...inner.findings);
    checked.push(...inner.checked);
  }
  return { findings, checked, not_run: notRun };
}

/**
 * Rounding of the levels moves their standard deviation by at most half a unit, since s is 1-Lipschitz in each value's
 * error (population formula; √(n/(n − 1)) times that for the sample formula).
 */
function judge(study: Study, table: SpreadTable, row: SpreadTable['rows'][number]): Judged | null {
  const across = cellsAcrossLevels(study, row.deployment, table.workers);
  const printed = levelsOf(study).flatMap((users) => {
    const cell = across.get(users);
    return (cell && metricOf(cell, table.metric)) ?? [];
  });
  const n = printed.length;
  const sample = standardDeviation(printed.map((x) => x.value));
  if (sample === null || n !== levelsOf(study).length) return null;
  const population = sample * Math.sqrt((n - 1) / n);
  const error = Math.max(...printed.map((x) => 0.5 * 10 ** -x.decimals));
  const range = rangeOf(row.sd);
  const agrees =
    overlap(range, around(population, error)) || overlap(range, around(sample, error * Math.sqrt(n / (n - 1))));
  // Scatter between runs can only add to the spread of the levels, by either formula.
  const impossible = range.hi < population - error;
  const outcome = agrees ? 'agrees' : impossible ? 'impossible' : 'neither';
  return { deployment: row.deployment, printed: row.sd, sample, population, outcome };
}

function around(value: number, slack: number): Range {
  return { lo: value - slack, hi: value + slack };
}

function mismatches(table: SpreadTable, judged: readonly Judged[]): readonly AuditFinding[] {
  const wrong = judged.filter((x) => x.outcome !== 'agrees');
  if (wrong.length === 0) return [];
  const impossible = wrong.filter((x) => x.outcome === 'impossible');
  const unit = table.metric === 'throughput_rps' ? unitOf(table.metric) : 'ms';
  const parts = wrong.map(
    (x) =>
      `${x.deployment} ${x.printed.value.toFixed(x.printed.decimals)} (rows: ${figure(x.sample)} by n − 1, ${figure(x.population)} by n)`,
  );
  const below =
    impossible.length === 0
      ? ''
      : ` ${listed(impossible.map((x) => x.deployment))} lie${impossible.length === 1 ? 's' : ''} below both: scatter ` +
        'between runs could only have made it larger.';
  return [
    {
      rule: RULE,
      severity: impossible.length > 0 ? 'INVALID' : 'SUSPECT',
      tables: [table.table],
      rows: wrong.map((x) => x.deployment),
      evidence: Object.fromEntries(
        wrong.flatMap((x) => [
          [`${x.deployment}_printed`, x.printed.value],
          [`${x.deployment}_sample`, rounded(x.sample, 6)],
          [`${x.deployment}_population`, rounded(x.population, 6)],
        ]),
      ),
      says:
        `${table.table}: ${wrong.length} of ${judged.length} standard deviations of ${metricName(table.metric)} (${unit}) ` +
        `match the rows by neither formula: ${listed(parts)}.${below}`,
      remedy: 'Say what was averaged and divide by n − 1; keep the runs, so that anyone can recompute it.',
    },
  ];
}

function overLevels(tables: readonly SpreadTable[]): readonly AuditFinding[] {
  if (tables.length === 0) return [];
  const names = tables.map((t) => t.table);
  return [
    {
      rule: 'sd-over-levels',
      severity: 'SUSPECT',
      tables: names,
      rows: [],
      evidence: { values_per_sd: 'one per load level' },
      says:
        `The standard deviations of ${listed(names)} are taken over load levels, not over repetitions: they say how far ` +
        'apart the levels were chosen, nothing about how repeatable or predictable a deployment is.',
      remedy: 'Take standard deviations over repetitions of one cell.',
    },
  ];
}

/** sd² against the variance and sd/mean against the coefficient of variation, each within rounding. */
function ownArithmetic(table: SpreadTable): { readonly findings: AuditFinding[]; readonly checked: Checked[] } {
  const wrong: string[] = [];
  let fine = 0;
  const tally = (right: boolean, says: string): void => {
    if (right) fine += 1;
    else wrong.push(says);
  };
  for (const { deployment, mean, sd, variance, cv } of table.rows) {
    const s = rangeOf(sd);
    if (variance !== null)
      tally(
        overlap(rangeOf(variance), { lo: s.lo ** 2, hi: s.hi ** 2 }),
        `${deployment} ${variance.value} is not ${sd.value}²`,
      );
    if (cv !== null && mean !== null && rangeOf(mean).lo > 0) {
      const m = rangeOf(mean);
      tally(
        overlap(rangeOf(cv), { lo: s.lo / m.hi, hi: s.hi / m.lo }),
        `${deployment} ${cv.value} is not ${sd.value}/${mean.value}`,
      );
    }
  }
  const findings: AuditFinding[] = wrong.map((says) => ({
    rule: RULE,
    severity: 'INVALID',
    tables: [table.table],
    rows: [],
    evidence: {},
    says: `${table.table}: ${says}.`,
    remedy: 'Recompute variance and coefficient of variation from the standard deviation.',
  }));
  const says = `${table.table}: ${counted(fine, 'variance or coefficient', 'variances and coefficients')} of variation follow from its standard deviations.`;
  return { findings, checked: fine === 0 ? [] : [{ rule: RULE, says }] };
}
