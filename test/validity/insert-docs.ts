/** The document with `text` between the two marks of that name, in place of what stood there. Throws where they are not, once each and in order. */
export function insertBetweenMarks(document: string, text: string, name = 'test:validity'): string {
  const [begin, end] = [`<!-- ${name} begins -->`, `<!-- ${name} ends -->`];
  const [before = '', rest = '', ...more] = document.split(begin);
  const [, after = '', ...others] = rest.split(end);
  if (!rest.includes(end) || more.length > 0 || others.length > 0)
    throw new Error(`expected one ${begin} and after it one ${end} in the document`);
  return `${before}${begin}\n${text}\n${end}${after}`;
}
