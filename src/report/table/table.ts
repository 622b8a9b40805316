import { type Content, type Markup, markup } from '../markup.ts';

export interface Column {
  readonly head: string;
  readonly unit?: string;
  readonly kind?: 'number' | 'text';
}

export interface Row {
  /** Stands in the first column, which stays in sight when the table is scrolled. */
  readonly head: Content;
  /** One `td` each. */
  readonly cells: readonly Markup[];
  /** Slug of the cell that the row is about. */
  readonly cell?: string;
  readonly invalid?: boolean;
  /** A line above it: the first row of a group. */
  readonly opens?: boolean;
}

export interface Table {
  readonly id: string;
  /** "Table 4". */
  readonly number: string;
  readonly title: Content;
  /** The whole first column and the others. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly notes?: readonly Content[];
  /** Made as the paper made it, where that is not how it should be made. */
  readonly paperView?: boolean;
  /** Long tables scroll in their own frame. */
  readonly long?: boolean;
}

/** A table with its caption above and its notes below, in a frame of its own that scrolls sideways where it must. */
export function tableMarkup(table: Table): Markup {
  const { id, number, title, columns, rows, notes = [], paperView = false, long = false } = table;
  return markup`
<figure class="table${paperView ? ' paper-view' : ''}" id="${id}">
<figcaption><b>${number}.</b> ${title}${paperView && markup` <span class="pill paper">the paper’s view</span>`}</figcaption>
<div class="scroll${long ? ' long' : ''}" tabindex="0" role="region" aria-label="${number}">
<table><thead><tr>${columns.map(headMarkup)}</tr></thead>
<tbody>${rows.map(rowMarkup)}</tbody></table></div>
${notes.length > 0 && markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`}
</figure>`;
}

function headMarkup({ head, unit, kind = 'text' }: Column): Markup {
  return markup`<th scope="col"${kind === 'number' && markup` class="num"`}>${head}${unit !== undefined && markup`<small>${unit}</small>`}</th>`;
}

function rowMarkup({ head, cells, cell, invalid = false, opens = false }: Row): Markup {
  const names = [invalid ? 'invalid' : '', opens ? 'opens' : ''].filter((name) => name !== '').join(' ');
  return markup`<tr${cell !== undefined && markup` data-cell="${cell}"`}${names !== '' && markup` class="${names}"`}><th scope="row">${head}</th>${cells}</tr>
`;
}

export function textCell(content: Content): Markup {
  return markup`<td>${content}</td>`;
}

export function numberCell(content: Content): Markup {
  return markup`<td class="num">${content}</td>`;
}
