import { percentText, ratioText } from '../../src/core/number-text.ts';
import type { Cost } from './calibration.ts';
import { type Counts, countsOf, OUTCOMES } from './counts.ts';
import { GOAL_RUNS } from './kinds.ts';
import { designOf, iterationsOf, type Plan } from './plan.ts';
import type { RunRecord } from './run-record.ts';
import type { Tallied } from './tally.ts';

/** What the runs say, as it stands in docs/validity.md: figures, and how they came about. */
export function markdown({ plan, runs, broken_off }: Tallied): string {
  if (plan === null) return 'Nothing has been planned yet.';
  const counts = countsOf(runs);
  return [
    ...verdictTable(counts),
    '',
    ...measuredTable(counts, plan),
    '',
    ...designLines(plan),
    '',
    ...circumstances(plan, runs, broken_off),
  ].join('\n');
}

function verdictTable(counts: readonly Counts[]): string[] {
  return [
    `| planted in the head | runs | ${OUTCOMES.join(' | ')} | goal | |`,
    `|---|---|${OUTCOMES.map(() => '---|').join('')}---|---|`,
    ...counts.map(({ kind, runs, outcomes, met }) => {
      const goal =
        kind.planted === 0
          ? `≤ ${kind.goal} of ${GOAL_RUNS} slower or faster`
          : `≥ ${kind.goal} of ${GOAL_RUNS} slower`;
      const answer = met === null ? 'too few runs' : met ? 'met' : 'missed';
      const seen = OUTCOMES.map((outcome) => outcomes[outcome]).join(' | ');
      return `| ${kind.name} | ${runs} | ${seen} | ${goal} | ${answer} |`;
    }),
  ];
}

function measuredTable(counts: readonly Counts[], plan: Plan): string[] {
  return [
    '| planted | CPU per request, head ÷ base, as measured | slower by CPU | throughput, head ÷ base, median | width of its interval, median | blocks × window | seconds, median and most |',
    '|---|---|---|---|---|---|---|',
    ...counts.map((of) => {
      const { repetitions, window_s } = designOf(plan, of.kind);
      const seconds = of.runs === 0 ? '' : `${of.seconds_median.toFixed(0)}, ${of.seconds_most.toFixed(0)}`;
      const cells = [
        of.kind.name,
        of.cost === null ? '' : costText(of.cost),
        `${of.slower_by_cpu} of ${of.runs}`,
        numberOr(of.ratio),
        numberOr(of.width),
        `${repetitions} × ${window_s} s`,
        seconds,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
}

function designLines(plan: Plan): string[] {
  const { probe, pilots } = plan;
  const base = probe.base_cpu_ms_per_request;
  const each = base === null ? '' : ` A request of the base costs ${(base * 1000).toFixed(0)} µs of CPU.`;
  const planned = (['plus-5', 'plus-10'] as const).map((kind) => {
    const { repetitions, window_s, power, expected_s, reaches } = plan.designs[kind];
    const unless = reaches ? '' : `, which it does not reach within ${plan.most_s} s here: it is the best that fits`;
    const share = kind === 'plus-5' ? '+5 %' : '+10 %';
    return `${share}: ${iterationsOf(plan, { kind })} iterations, ${repetitions} blocks of windows of ${window_s} s, ${expected_s.toFixed(0)} s expected, for a power of ${(power * 100).toFixed(1)} %${unless}`;
  });
  const spreads = pilots.map((p) => `${percentText(p.sd_ln)} (windows of ${p.window_s} s, ${p.blocks} blocks)`);
  return [
    `Calibration:${each} ${probe.iterations} iterations of the loop make it ${costText(probe.cost)} of that.`,
    `Pilots, A/A: the ratio of a block has a standard deviation of ${spreads.join('; ')}.`,
    ...planned.map((line) => `${line}.`),
  ];
}

function circumstances(plan: Plan, runs: readonly RunRecord[], broken_off: number): string[] {
  const sum = (of: (run: RunRecord) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const days = runs.map(({ started_at }) => started_at.slice(0, 16)).sort();
  const when = days.length === 0 ? 'no runs yet' : `${days[0]} to ${days.at(-1)} UTC`;
  const planned = sum(({ trials }) => trials.planned);
  const noisy = sum(({ trials }) => trials.noisy);
  const unusable = runs.filter(({ validity }) => validity.includes('invalid')).length;
  const reasons = Map.groupBy(
    runs.filter(({ verdict }) => verdict !== 'failed' && verdict !== 'passed'),
    ({ reason, status }) => (status === 'succeeded' ? (reason ?? 'no verdict') : status),
  );
  const why = [...reasons].map(([reason, all]) => `${all.length} ${reason}`).join(', ');
  return [
    `${plan.host.text}; ${when}; seed ${plan.seed}; ${plan.connections} connections, warm-up ${plan.warmup_s} s, \`worse_by: ${plan.worse_by}\`.`,
    `${planned} trials planned, ${sum(({ trials }) => trials.again)} run once more, ${noisy} disturbed by others' CPU time or steal (\`noisy-host\`); runs with an invalid cell: ${unusable}; broken off and begun again: ${broken_off}${why === '' ? '' : `; inconclusive because: ${why}`}.`,
  ];
}

function costText({ ratio, lo, hi }: Cost): string {
  return `${ratioText(ratio)} (${ratioText(lo)}–${ratioText(hi)})`;
}

const numberOr = (value: number): string => (Number.isNaN(value) ? '' : value.toFixed(3));
