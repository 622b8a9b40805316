import { type Content, type Markup, markup, trusted } from '../markup.ts';
import { seriesColour } from './palette.ts';

export interface Panel {
  /** What the panel shows, with the unit of its axis. */
  readonly title: string;
  readonly svg: string;
}

export interface LegendEntry {
  readonly label: string;
  readonly colour: number;
}

export interface Figure {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  /** What there is to see, in words: it is also the text alternative. */
  readonly finding: string;
  readonly notes?: readonly Content[];
}

export function figureMarkup({ id, number, title, legend, panels, finding, notes = [] }: Figure): Markup {
  return markup`
<figure class="chart" id="${id}">
<p class="figure-title"><b>${number}.</b> ${title}</p>
${legend.length > 1 && markup`<ul class="legend">${legend.map(({ label, colour }, i) => markup`<li><svg width="22" height="12" aria-hidden="true">${trusted(swatch(i, colour))}</svg>${label}</li>`)}</ul>`}
<div class="panels">${panels.map((panel) => markup`<div class="panel"><p class="panel-title">${panel.title}</p><div role="img" aria-label="${title}: ${panel.title}. ${finding}">${trusted(panel.svg)}</div></div>`)}</div>
<figcaption>${finding}${notes.map((note) => markup` <span class="muted">${note}</span>`)}</figcaption>
</figure>`;
}

/** Marker shapes as in `shapes.ts`, in a box of 22 × 12. */
function swatch(index: number, colour: number): string {
  const fill = seriesColour(colour);
  const marks = [
    '<circle cx="11" cy="6" r="4.5"',
    '<rect x="7" y="2" width="8" height="8"',
    '<path d="M11 1L16 10.5H6Z"',
    '<path d="M11 .5L16.5 6L11 11.5L5.5 6Z"',
  ];
  return `${marks[index % marks.length]} fill="${fill}"/>`;
}
