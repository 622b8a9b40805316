const BEGIN = '<!-- test:validity begins -->';
const END = '<!-- test:validity ends -->';

/** The document with `text` between its two marks, in place of what stood there. Throws where they are not, once each and in order. */
export function insertBetweenMarks(document: string, text: string): string {
  const [before = '', rest = '', ...more] = document.split(BEGIN);
  const [, after = '', ...others] = rest.split(END);
  if (!rest.includes(END) || more.length > 0 || others.length > 0)
    throw new Error(`expected one ${BEGIN} and after it one ${END} in the document`);
  return `${before}${BEGIN}\n${text}\n${END}${after}`;
}
