import type { InputProblem } from '../../core/errors.ts';
import { MAX_PROBLEMS } from '../../core/spec-problems.ts';
import { type Markup, markup } from '../../report/markup.ts';
import { problemCount } from '../problem.ts';

export interface PlacedProblem extends InputProblem {
  /** Of the text that was sent, from 1; null: not known. */
  readonly line: number | null;
}

/** Every problem with its JSON pointer, and its line where that is known: in the order of the text. */
export function problemList(problems: readonly PlacedProblem[]): Markup {
  const shown = problems.slice(0, MAX_PROBLEMS).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return markup`<div class="say bad" role="alert"><b>There ${problems.length === 1 ? 'is' : 'are'} ${problemCount(problems)}.</b>
<ul>${shown.map(({ pointer, detail, line }) => markup`<li>${line !== null && markup`<b>line ${line}</b>, `}<code>${pointer || '/'}</code>: ${detail}</li>`)}</ul></div>`;
}
