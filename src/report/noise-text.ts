import type { NoiseOfMetric, NoiseReport } from '../core/noise/noise-report.ts';
import { countText, declaredText, listText, percentText, ratioText } from '../core/number-text.ts';
import { reasonText } from './reasons.ts';
import { textWidth } from './terminal/width.ts';
import { wrapText } from './terminal/wrap-text.ts';
import { METRIC_LOOKS } from './value-text.ts';

export interface NoiseTextOptions {
  readonly width: number;
  readonly window_s: number;
  readonly server_cpus: readonly number[];
  readonly generator_cpus: readonly number[];
}

/** What `benchwright noise` prints for people. */
export function renderNoiseText(report: NoiseReport, options: NoiseTextOptions): string {
  const { blocks, void_trials, metrics, false_alarm } = report;
  const { window_s, server_cpus, generator_cpus } = options;
  const width = textWidth(options.width);
  const wrapped = (text: string, indent = ''): readonly string[] =>
    wrapText(text, width, { first: indent, rest: `${indent}  ` });
  const [throughput] = metrics;
  const lines = [
    ...wrapped(
      `One server against itself, ${countText(blocks, 'block')} of two runs of ${declaredText(window_s)} s, server on cores ${coresText(server_cpus)}, generator on ${coresText(generator_cpus)}.`,
    ),
    ...(void_trials > 0
      ? wrapped(`${countText(void_trials, 'run')} could not be used: the generator was too late to vouch for them.`)
      : []),
    '',
    ...metrics.flatMap((metric) => wrapped(metricText(metric), '  ')),
    '',
    ...(throughput === undefined ? [] : wrapped(answerText(throughput))),
    ...(false_alarm
      ? wrapped(
          'Two equal servers were called different: something on this host changes between runs. Gates here would cry wolf.',
        )
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function coresText(cores: readonly number[]): string {
  return cores.length === 0 ? 'any core' : cores.join(', ');
}

function headOf({ metric }: NoiseOfMetric): string {
  const { head } = METRIC_LOOKS[metric];
  return (metric.startsWith('latency_') ? `${head} latency` : head).toLowerCase();
}

function metricText(noise: NoiseOfMetric): string {
  const { ratio, lo, hi, sd_ln, smallest_visible, reason } = noise;
  if (ratio === null || lo === null || hi === null || sd_ln === null || smallest_visible === null)
    return `${headOf(noise)}: ${reasonText(reason)}`;
  return `${headOf(noise)}: ${ratioText(ratio)}× (${ratioText(lo)}–${ratioText(hi)}), varies by ${percentText(sd_ln)} from block to block; ${percentText(smallest_visible)} or more would show`;
}

function answerText({ smallest_visible, repetitions }: NoiseOfMetric): string {
  if (smallest_visible === null) return 'Nothing can be said of what this host can show.';
  const needs = repetitions.map(({ effect, needed }) =>
    needed === null
      ? `${percentText(effect)} not at all`
      : `${percentText(effect)} with ${countText(needed, 'repetition')}`,
  );
  return `With as many repetitions, a difference in throughput of ${percentText(smallest_visible)} or more would show (80 % power, margin 3 %). A gate here shows ${listText(needs)}.`;
}
