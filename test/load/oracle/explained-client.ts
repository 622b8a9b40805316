import { anatomyOf, valuesOf } from './anatomy.ts';
import type { Difference } from './difference.ts';
import { type ExplainedClass, LLHTTP_CLASSES } from './explained.ts';

/** What undici's client adds to its parser. */
const CLIENT: readonly ExplainedClass[] = [
  {
    name: 'interim 100 refused by the client',
    why: 'undici, which sends no Expect, ends the connection at a 100; RFC 9110 §15.2 has a client pass over it',
    covers: ({ kind, text }) =>
      kind === 'they-refuse' && anatomyOf(text).interims.some((head) => /^HTTP\/1\.[01] 100/.test(head)),
  },
  {
    name: 'HEAD without a length closed by the client',
    why: 'undici closes after an answer to HEAD that has neither length nor chunks; RFC 9112 §6.3 has no body there, so nothing ends it',
    covers: (difference) =>
      onlyWeKeep(difference) && difference.method === 'HEAD' && !saysItsEnd(anatomyOf(difference.text).head),
  },
  {
    name: 'length of a 204 or 304 distrusted by the client',
    why: 'undici closes after one that announces a body; we keep the connection, and call bytes that do come a protocol failure',
    covers: (difference) => {
      const { head } = anatomyOf(difference.text);
      return onlyWeKeep(difference) && /^HTTP\/1\.[01] (?:204|304)/.test(head) && hasFraming(head);
    },
  },
  {
    name: 'Keep-Alive of no time obeyed by the client',
    why: 'undici closes after timeout=0; we keep the connection until the server ends it, and count it as stale then',
    covers: (difference) =>
      onlyWeKeep(difference) &&
      valuesOf(anatomyOf(difference.text).head, 'keep-alive').some((value) => /timeout=0+(?!\d)/.test(value)),
  },
  {
    name: 'white space after a length counted by the client',
    why: "undici sums up the field's bytes itself, the white space after it too, and then misses body bytes",
    covers: ({ kind, text }) =>
      kind === 'they-refuse' &&
      valuesOf(anatomyOf(text).head, 'content-length').some((value) => /\d[ \t]+$/.test(value)),
  },
];

/** Of our parser beside undici's client whole. */
export const CLIENT_CLASSES: readonly ExplainedClass[] = [...CLIENT, ...LLHTTP_CLASSES];

/** The same answer, after which undici ends the connection. */
function onlyWeKeep({ kind, ours, theirs }: Difference): boolean {
  const at = theirs.answers.length - 1;
  return kind === 'reuse' && ours.answers[at]?.reuse === true && theirs.answers[at]?.reuse === false;
}

/** A length, or chunks: where a body would end, if there were one. */
function saysItsEnd(head: string): boolean {
  const codings = valuesOf(head, 'transfer-encoding');
  return valuesOf(head, 'content-length').length > 0 || /(?:^|,)[ \t]*chunked[ \t]*$/i.test(codings.at(-1) ?? '');
}

/** Any field that would tell where the body ends. */
function hasFraming(head: string): boolean {
  return valuesOf(head, 'content-length').length > 0 || valuesOf(head, 'transfer-encoding').length > 0;
}
