import type { Results } from '../../core/results.ts';
import { type Markup, markup } from '../markup.ts';
import type { View } from '../view.ts';

/** The spec, the order, and how to run it again. */
export function appendixSection({ experiment, schedule }: Results): Markup {
  return markup`<section id="again"><h2>Run it again</h2>
<p>Save the spec below as <code>spec.json</code>. It holds every default and the seed, so the trials are the same and run in the same order.</p>
<pre><code>benchwright demo spec.json</code></pre>
<details id="spec"><summary>Spec</summary><pre><code>${JSON.stringify(experiment.spec, null, 2)}</code></pre></details>
<details id="schedule"><summary>Order of the trials</summary>${schedule.map(({ block, cells }) => markup`<p><b>Block ${block}.</b> ${cells.join(', ')}</p>`)}</details></section>`;
}

/** How to read a value. */
export function readingSection({ families }: Pick<View, 'families'>): Markup {
  const isOpen = families.some(({ kind }) => kind === 'rate' || kind === 'stages');
  const isSearch = families.some(({ kind }) => kind === 'capacity');
  return markup`<section id="reading"><h2>How to read the numbers</h2>
<ul class="answers">
<li><b>12.3 (11.9–12.8)</b> is the geometric mean over the repetitions with its 95 % interval: on this host, in this session. <b>n = 1</b>: one trial, so no interval is possible.</li>
<li><b>Latency</b> runs from the planned moment of a request to the last byte of its answer. A failed request counts with at least the timeout; where that moves a percentile, it is printed with <b>≥</b>.</li>
<li><b>—</b> a percentile is not shown where too few requests stand behind it, or where the generator was too late to vouch for it. The reason stands below the table.</li>
<li><b>Errors</b> are pooled over the repetitions, with a Wilson interval.</li>
<li><b>Waiting for users</b>: the server answered all that was offered. Its rate says how many users there were, not what it can serve.</li>
${
  isOpen &&
  markup`<li><b>Kept up</b>: the server answered all that arrived. Its rate is that of the schedule. Where more arrived than was served, latency grows with the window and is left out; the rate is then an estimate of the capacity.</li>
`
}${
    isSearch &&
    markup`<li><b>Capacity</b>: the highest rate of which the Wilson bounds of both shares, too slow and failed, met the limit; the next rate up, at most 1.05 times it, did not.</li>
`
  }</ul></section>`;
}
