import { timeText } from '../../report/duration.ts';
import { type Content, type Markup, markup } from '../../report/markup.ts';

export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

export interface Row {
  /** Stands in the first column, which stays in sight when the table is scrolled. */
  readonly head: Content;
  /** One for each other column. */
  readonly cells: readonly Content[];
}

/** A table of the console, with the report's look, or a sentence where there is nothing. */
export interface Listing {
  readonly id: string;
  /** What it is to who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Said instead of an empty table. */
  readonly none: Content;
}

export function listing({ id, label, columns, rows, none }: Listing): Markup {
  if (rows.length === 0) return markup`<p class="muted" id="${id}">${none}</p>`;
  const number = (i: number) => columns[i]?.isNumber && markup` class="num"`;
  return markup`<div class="scroll" id="${id}" tabindex="0" role="region" aria-label="${label}"><table>
<thead><tr>${columns.map(({ head }, i) => markup`<th scope="col"${number(i)}>${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({
      head,
      cells,
    }) => markup`<tr><th scope="row">${head}</th>${cells.map((cell, i) => markup`<td${number(i + 1)}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

export function pill(name: string): Markup {
  return markup`<span class="pill ${name}">${name.replaceAll('-', ' ')}</span>`;
}

/** RFC 3339 for machines, minutes for people. */
export function when(time: string | null): Content {
  return time === null ? '—' : markup`<time class="keep" datetime="${time}">${timeText(time)}</time>`;
}

export function facts(entries: readonly (readonly [string, Content])[]): Markup {
  return markup`<dl class="facts">${entries.map(([term, says]) => markup`<div><dt>${term}</dt><dd>${says}</dd></div>`)}</dl>`;
}

/** Leads on to older ones: `next` is a link of the API, whose cursor the page takes over. */
export function olderLink(
  next: string | null,
  page: string,
  keep: Readonly<Record<string, string>> = {},
): Markup | null {
  const cursor = next === null ? null : new URLSearchParams(next.slice(next.indexOf('?'))).get('cursor');
  if (cursor === null) return null;
  return markup`<p class="pager"><a href="${page}?${new URLSearchParams({ ...keep, cursor }).toString()}" rel="next">Older ones</a></p>`;
}

/** Only the parameters that a page takes, where they were given and are not empty. */
export function givenQuery(query: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}
