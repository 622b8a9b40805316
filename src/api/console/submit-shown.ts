import { cellLoadOf } from '../../core/cell-load.ts';
import { loadWords } from '../../core/load-words.ts';
import type { Cell } from '../../core/matrix.ts';
import type { TargetOffer } from '../../core/offer.ts';
import { durationText } from '../../report/duration.ts';
import { type Markup, markup } from '../../report/markup.ts';
import { type Shown, postForm } from './frame.ts';
import { facts, listing } from './listing.ts';
import { problemList, type PlacedProblem } from './problem-list.ts';
import type { Visit } from './visit.ts';

/** What stands in the field before anybody has written: small, and valid where a runner offers FastAPI. */
export const STARTER_SPEC = `name: My first experiment
deployments:
  - { id: fastapi, target: fastapi, server: uvicorn }
workers: [1]
load:
  - { model: closed, connections: [16] }
repetitions: 5
warmup_s: 2
window_s: 10
`;

/** What `POST /v1/experiments/validate` answers. */
export interface Validated {
  readonly cells: readonly Cell[];
  readonly schedule: readonly { readonly block: number; readonly cells: readonly string[] }[];
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
  readonly matrix: { readonly cells: number; readonly trials: number; readonly estimated_s: number };
}

interface Written {
  readonly text: string;
  readonly problems?: readonly PlacedProblem[];
  readonly offers: readonly TargetOffer[];
}

/** The field, with what was found wrong above it. */
export function specForm({ c }: Visit, { text, problems = [], offers }: Written): Shown {
  const body = markup`<header><h1>Submit an experiment</h1></header>
${problems.length > 0 && problemList(problems)}
${postForm(
  c,
  '/console/submit/check',
  markup`${field(text)}
<div class="actions"><button class="main">Check</button></div>`,
)}
<p class="muted">Nothing is submitted yet: checking shows every cell, the order and how long it takes.</p>
${offersSection(offers)}`;
  return { title: 'Submit', body };
}

/** A line feed directly after the tag is not read: what the text begins with would else be lost. */
function field(text: string): Markup {
  return markup`<label for="spec">Spec, YAML or JSON</label>
<textarea id="spec" name="spec" required spellcheck="false" autocapitalize="none" wrap="off">
${text}</textarea>`;
}

function offersSection(offers: readonly TargetOffer[]): Markup {
  const rows = offers
    .filter(({ unavailable }) => unavailable === null)
    .map(({ target, display_name, servers }) => ({
      head: markup`<code>${target}</code>`,
      cells: [
        display_name,
        servers.map(
          ({ server, interfaces }, i) =>
            markup`${i > 0 && ', '}<code>${server}</code>${interfaces.length > 0 && ` (${interfaces.join(', ')})`}`,
        ),
      ],
    }));
  return markup`<section><h2>What runners offer</h2>${listing({
    id: 'offers',
    label: 'Targets that runners offer',
    columns: [{ head: 'Target' }, { head: 'Name' }, { head: 'Servers' }],
    rows,
    none: 'No runner has offered anything in the last 30 days; what is submitted waits for one.',
  })}</section>`;
}

interface Checked {
  readonly text: string;
  /** Of this page: submitted twice, it is one experiment. */
  readonly once: string;
  readonly validated: Validated;
}

/** A valid spec as it will be run, to be submitted as it is or written anew. */
export function checkedSpec({ c }: Visit, { text, once, validated }: Checked): Shown {
  const { matrix, warnings } = validated;
  const body = markup`<header><p class="eyebrow">The spec is valid</p><h1>Submit this?</h1></header>
${warnings.length > 0 && markup`<div class="say warn"><ul>${warnings.map(({ detail }) => markup`<li>${detail}</li>`)}</ul></div>`}
${facts([
  ['Cells', matrix.cells],
  ['Trials', matrix.trials],
  ['Takes about', durationText(matrix.estimated_s)],
])}
<div class="actions">${postForm(
    c,
    '/console/submit',
    markup`<input type="hidden" name="spec" value="${text}"><input type="hidden" name="once" value="${once}"><button class="main">Submit</button>`,
  )}<a class="button" href="#again">Change it</a></div>
${cellsSection(validated)}
<section id="again"><h2>Change it</h2>${postForm(c, '/console/submit/check', markup`${field(text)}<div class="actions"><button>Check again</button></div>`)}</section>`;
  return { title: 'Submit', body };
}

/** Cells beyond are in the order all the same; a table of more is not read. */
const MOST_CELLS = 200;

function cellsSection({ cells, schedule }: Validated): Markup {
  const left = cells.length - MOST_CELLS;
  return markup`<section><h2>Cells</h2>${listing({
    id: 'cells',
    label: 'Cells of the matrix',
    columns: [{ head: 'Cell' }, { head: 'Deployment' }, { head: 'Workers', isNumber: true }, { head: 'Load' }],
    rows: cells.slice(0, MOST_CELLS).map(({ cell, deployment, workers, load }) => ({
      head: markup`<code>${cell}</code>`,
      cells: [deployment, workers, loadWords(cellLoadOf(load))],
    })),
    none: 'None.',
  })}${left > 0 && markup`<p class="muted">And ${left} more.</p>`}
<details id="order"><summary>Order of the trials</summary>${schedule.map(({ block, cells: order }) => markup`<p><b>Block ${block}.</b> ${order.join(', ')}</p>`)}</details></section>`;
}
