/** Characters that turn the direction of what follows, and controls: what is shown is what is there. */
const INVISIBLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const MARK = /[^\p{L}\p{N} -]/gu;

/**
 * Text of users as inline code of GitHub's Markdown: nothing in it is a mention, a link, a picture, HTML, a cell of a table or the end of
 * the code. Every mark is written as a character reference, which Markdown shows and never reads.
 */
export function foreignMarkdown(text: string): string {
  const line = text.toWellFormed().replaceAll(INVISIBLE, ' ').trim();
  const referred = line.replaceAll(MARK, (mark) => `&#${mark.codePointAt(0)};`);
  return referred === '' ? '' : `<code>${referred}</code>`;
}
