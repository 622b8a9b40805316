import { hasEnded } from '../../core/job.ts';
import { type Markup, markup } from '../../report/markup.ts';
import type { ExperimentSummary } from './experiment-status.ts';
import { postForm } from './frame.ts';
import type { Visit } from './visit.ts';

/** What may be done with an experiment, as far as the key may do it. */
export function experimentActions(
  { c, caller }: Visit,
  { id, status, cancel_requested_at }: ExperimentSummary,
): Markup {
  const at = `/console/experiments/${id}`;
  const maySubmit = caller.scopes.includes('submit');
  const mayCancel = maySubmit && !hasEnded(status) && cancel_requested_at === null;
  return markup`<div class="actions"><a class="button" href="${at}/report">Report page</a>
${
  maySubmit &&
  markup`${postForm(c, `${at}/share`, markup`<button>Share</button>`)}
<details id="unshare"><summary>End links…</summary>${postForm(c, `${at}/unshare`, markup`<button class="risky">End every link to it</button>`)}</details>
<a class="button" href="/console/submit?from=${id}">Submit another like it</a>`
}
${mayCancel && markup`<details id="cancel"><summary>Cancel…</summary>${postForm(c, `${at}/cancel`, markup`<button class="risky">Stop it; what was measured is kept</button>`)}</details>`}</div>`;
}
