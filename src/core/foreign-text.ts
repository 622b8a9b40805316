/** Control characters, but for tab and line feed: they act on the terminal of whoever reads them, and a database's text holds no NUL. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const REPLACEMENT = '\ufffd';

/**
 * Text from a program under test or a service, fit to be stored, sent and shown: what is no character is replaced, and no more than so
 * many UTF-16 units are kept, none of them half a character.
 */
export function foreignText(text: string, maxLength: number): string {
  const whole = text.toWellFormed();
  const end = whole.slice(0, maxLength).isWellFormed() ? maxLength : maxLength - 1;
  return whole.slice(0, end).replaceAll(CONTROL, REPLACEMENT);
}
