import { html, raw } from 'hono/html';

/** HTML that needs no more escaping. */
export type Markup = ReturnType<typeof raw>;

export type Content = Markup | string | number | null | undefined | false | readonly Content[];

/** HTML from a template; text that is put in is escaped, markup and lists of markup are not. */
export function markup(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  // hono answers a promise only when a value is one, which `Content` excludes.
  return html(strings, ...values) as Markup;
}

/** Text that is known to be HTML: our own style sheet, script and charts. */
export function trusted(text: string): Markup {
  return raw(text);
}
