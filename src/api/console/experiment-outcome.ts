import type { ThresholdResult } from '../../core/gate/verdict.ts';
import type { Baseline } from '../../core/results.ts';
import { baselineText } from '../../report/baseline-text.ts';
import { type Markup, markup } from '../../report/markup.ts';
import { gateTable } from '../../report/table/gate.ts';
import type { Ask } from './ask.ts';
import { pill } from './listing.ts';

/** What the API says of an ended experiment. */
export interface Outcome {
  readonly thresholds: ThresholdResult[];
  readonly verdict: string;
  readonly baseline: Baseline | null;
  readonly answer: readonly string[];
}

export function outcomeOf(ask: Ask, id: string): Promise<Outcome> {
  return ask.get<Outcome>(`/v1/experiments/${id}/comparisons`);
}

/** The answer in words, and what became of each threshold: as the report has them. */
export function outcomeSection({ thresholds, verdict, baseline, answer }: Outcome): Markup {
  const [first, ...rest] = answer;
  return markup`<section id="answer"><h2>Answer</h2>
<p class="answer">${first ?? 'Nothing can be concluded from these trials.'}</p>
${rest.length > 0 && markup`<ul class="answers">${rest.map((sentence) => markup`<li>${sentence}</li>`)}</ul>`}</section>
${thresholds.length > 0 && markup`<section id="gate"><h2>Gate ${pill(verdict)}</h2>${baseline !== null && markup`<p class="lead">${baselineText(baseline)}</p>`}${gateTable({ thresholds })}</section>`}`;
}
