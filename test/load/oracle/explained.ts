import { MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES, MAX_INTERIM } from '../../../src/load/response-parser.ts';
import { anatomyOf, chunksOf, hasControl, valuesOf } from './anatomy.ts';
import type { Difference } from './difference.ts';
import { OurSide } from './our-side.ts';

/** A difference that is meant: what it is called, why neither side is wrong, and when it is that one and no other. */
export interface ExplainedClass {
  readonly name: string;
  readonly why: string;
  readonly covers: (difference: Difference) => boolean;
}

/** The name of the class that covers it; null: nobody has explained it. */
export function explain(difference: Difference, classes: readonly ExplainedClass[]): string | null {
  return classes.find(({ covers }) => covers(difference))?.name ?? null;
}

/** What the parser says of an answer that it refuses: a class explains a refusal for its own reason, and for no other. */
const REFUSED = {
  start: 'the answer does not begin with HTTP/1.',
  head: 'the head of the answer is malformed',
  cut: 'the connection ended inside the response',
  interims: `more than ${MAX_INTERIM} interim responses`,
  longHead: `a head or trailer is longer than ${MAX_HEAD_BYTES} bytes`,
  longLine: `a chunk's size line is longer than ${MAX_CHUNK_LINE_BYTES} bytes`,
  size: "a chunk's size line is malformed",
  chunk: 'a chunk is longer than its size',
  trailer: 'a trailer is malformed',
} as const;

function refusedFor({ kind, ours }: Difference, ...reasons: readonly (keyof typeof REFUSED)[]): boolean {
  return kind === 'we-refuse' && reasons.some((reason) => ours.problem === REFUSED[reason]);
}

/** Another answer, or one that we refuse because we read it so. */
function isReadOtherwise(difference: Difference, ...reasons: readonly (keyof typeof REFUSED)[]): boolean {
  const { kind } = difference;
  return kind === 'we-refuse' ? refusedFor(difference, ...reasons) : kind !== 'ending';
}

/** What we refuse and llhttp takes. */
const WE_ARE_STRICTER: readonly ExplainedClass[] = [
  {
    name: 'CR CR after a status line',
    why: 'llhttp takes it for CR LF (later releases do not)',
    covers: (difference) => {
      const { text, ours, theirs } = difference;
      const { interims, head } = anatomyOf(text);
      const isHere = [...interims, head].some((each) => /^HTTP\/1\.[01] \d{3}(?: [^\r\n]*)?\r\r/.test(each));
      const weWait = ours.ending === 'waiting' && ours.answers.length < theirs.answers.length;
      return isHere && (refusedFor(difference, 'head', 'cut', 'longHead') || weWait);
    },
  },
  {
    name: 'blank line before an answer',
    why: 'llhttp passes over CR and LF there; to us they are bytes of no answer',
    covers: (difference) => refusedFor(difference, 'start', 'head') && /^[\r\n]/.test(anatomyOf(difference.text).final),
  },
  {
    name: 'another protocol or version',
    why: 'llhttp takes HTTP/0.9, HTTP/2.0, RTSP and ICE in a status line, and waits for the minor version; we speak HTTP/1.0 and 1.1',
    covers: (difference) =>
      refusedFor(difference, 'start', 'head') && /^(?:HTTP\/[02-9]|R|I)/.test(anatomyOf(difference.text).final),
  },
  {
    name: 'control byte in a reason phrase',
    why: 'llhttp lets any byte stand there; RFC 9112 §4 does not',
    covers: (difference) => {
      const { interims, head } = anatomyOf(difference.text);
      const reasons = [...interims, head].map((each) => /^HTTP\/1\.[01] \d{3} ([^\r\n]*)/.exec(each)?.[1] ?? '');
      return refusedFor(difference, 'head') && reasons.some(hasControl);
    },
  },
  {
    name: 'length beyond exact integers',
    why: 'llhttp counts in 64 bits; beyond 2^53 − 1 our numbers are not exact',
    covers: (difference) =>
      refusedFor(difference, 'head') &&
      valuesIn(difference.text, 'content-length').some((value) => Number(value) > Number.MAX_SAFE_INTEGER),
  },
  {
    name: 'many interim answers',
    why: `more than ${MAX_INTERIM} are refused: an endless row of them is no answer`,
    covers: (difference) =>
      refusedFor(difference, 'interims') && anatomyOf(difference.text).interims.length > MAX_INTERIM,
  },
  {
    name: 'long head or trailer',
    why: `more than ${MAX_HEAD_BYTES} bytes are refused; llhttp itself has no bound`,
    covers: (difference) => {
      const { interims, head, afterHead } = anatomyOf(difference.text);
      const sections = [...interims, head, chunksOf(afterHead).trailer];
      return refusedFor(difference, 'longHead') && sections.some((each) => each.length + 4 > MAX_HEAD_BYTES);
    },
  },
  {
    name: 'long line of a chunk',
    why: `more than ${MAX_CHUNK_LINE_BYTES} bytes are refused; llhttp itself has no bound`,
    covers: (difference) =>
      refusedFor(difference, 'longLine') &&
      linesIn(difference.text).some((line) => line.length + 2 > MAX_CHUNK_LINE_BYTES),
  },
  {
    name: 'many digits of a chunk size',
    why: 'more than 13 are refused, leading zeros too; llhttp counts in 64 bits',
    covers: (difference) =>
      refusedFor(difference, 'size') && linesIn(difference.text).some((line) => /^[0-9a-f]{14}/i.test(line)),
  },
  {
    name: 'empty Transfer-Encoding',
    why: 'llhttp passes over the field (later releases refuse it); RFC 9112 §6.1 has a coding there',
    covers: (difference) =>
      refusedFor(difference, 'head') &&
      valuesIn(difference.text, 'transfer-encoding').some((value) => /^[ \t,]*$/.test(value)),
  },
];

/** What llhttp refuses and we take, or see later. */
const WE_ARE_LAXER: readonly ExplainedClass[] = [
  {
    name: 'tab after a length',
    why: 'RFC 9110 §5.5 has a tab around a value be no part of it; to llhttp it is no digit',
    covers: ({ kind, text }) =>
      kind === 'they-refuse' && valuesIn(text, 'content-length').some((value) => /\d *\t/.test(value)),
  },
  {
    name: 'interim answer that ends the connection',
    why: 'llhttp expects nothing after an interim answer with Connection: close, or of HTTP/1.0; we read no field of it',
    covers: ({ kind, text }) => kind === 'they-refuse' && anatomyOf(text).interims.some(closes),
  },
  {
    name: 'white space after a chunk size',
    why: 'RFC 9112 §7.1.1 allows it before an extension; llhttp refuses it',
    covers: ({ kind, text }) => kind === 'they-refuse' && linesIn(text).some((line) => /^[0-9a-f]+[ \t]/i.test(line)),
  },
  {
    name: 'form of a chunk extension',
    why: 'llhttp holds extensions to their grammar; we pass over them, as RFC 9112 §7.1.1 has it for unknown ones',
    covers: ({ kind, text }) =>
      kind === 'they-refuse' && linesIn(text).some((line) => /^[0-9a-f]+;/i.test(line) && !EXTENSIONS.test(line)),
  },
  {
    name: 'field of framing in a trailer',
    why: 'llhttp heeds Content-Length, Transfer-Encoding and Connection there; RFC 9110 §6.5.1 has no use for them in a trailer',
    covers: ({ kind, text, previous }) =>
      (kind === 'they-refuse' || kind === 'reuse') &&
      [text, previous].some((each) => FRAMING.test(chunksOf(anatomyOf(each).afterHead).trailer)),
  },
  {
    name: 'judged when whole',
    why: 'llhttp refuses at the wrong byte, we at the end of the head, trailer or line that has it',
    covers: ({ kind, made, ours }) =>
      kind === 'they-refuse' && ours.ending === 'waiting' && failsOnceWhole(made, ours.answers.length),
  },
];

/** What both take, but not as the same. */
const READ_OTHERWISE: readonly ExplainedClass[] = [
  {
    name: 'tab after chunked',
    why: 'the same; to llhttp it is another coding, which the connection ends',
    // What is no body of chunks to us is one that the connection ends to llhttp.
    covers: (difference) =>
      isReadOtherwise(difference, 'size', 'longLine', 'chunk', 'trailer', 'longHead', 'cut') &&
      valuesOf(anatomyOf(difference.text).head, 'transfer-encoding').some((value) => /chunked *\t/i.test(value)),
  },
  {
    name: 'tab after an option of Connection',
    why: 'the same; llhttp does not know the option then',
    covers: ({ kind, text }) =>
      kind === 'reuse' &&
      valuesOf(anatomyOf(text).head, 'connection').some((value) => /(?:close|keep-alive) *\t/i.test(value)),
  },
  {
    name: 'Proxy-Connection',
    why: 'llhttp takes it for Connection; RFC 9110 does not know it',
    covers: ({ kind, text }) => kind === 'reuse' && valuesOf(anatomyOf(text).head, 'proxy-connection').length > 0,
  },
  {
    name: 'blank line after the last answer',
    why: 'llhttp passes over CR and LF there; to us they are bytes that nobody asked for',
    covers: ({ kind, text, ours, theirs }) =>
      kind === 'ending' && ours.ending === 'leftover' && theirs.ending === 'idle' && /^[\r\n]+$/.test(text),
  },
];

/** Of our parser beside llhttp, driven as undici drives it. */
export const LLHTTP_CLASSES: readonly ExplainedClass[] = [...WE_ARE_STRICTER, ...WE_ARE_LAXER, ...READ_OTHERWISE];

const FRAMING = /^(?:content-length|transfer-encoding|(?:proxy-)?connection|upgrade):/im;
/** RFC 9112 §7.1.1 without white space: names, and values that are tokens or quoted. */
const EXTENSIONS = /^[0-9a-f]+(?:;[\w!#$%&'*+.^`|~-]+(?:=(?:[\w!#$%&'*+.^`|~-]+|"(?:[^"\\]|\\.)*"))?)*$/i;

function linesIn(text: string): readonly string[] {
  return chunksOf(anatomyOf(text).afterHead).lines;
}

/** Of the final head and those of interim answers. */
function valuesIn(text: string, name: string): string[] {
  const { interims, head } = anatomyOf(text);
  return [...interims, head].flatMap((each) => valuesOf(each, name));
}

function closes(head: string): boolean {
  const options = [...valuesOf(head, 'connection'), ...valuesOf(head, 'proxy-connection')]
    .flatMap((value) => value.toLowerCase().split(','))
    .map((option) => option.trim());
  return options.includes('close') || (head.startsWith('HTTP/1.0') && !options.includes('keep-alive'));
}

const again = new OurSide();

function failsOnceWhole(made: Difference['made'], answers: number): boolean {
  const whole = { ...made, bytes: `${made.bytes}\r\n\r\n`, cuts: [] };
  const { ending, answers: seen } = again.read(whole, Buffer.from(whole.bytes, 'latin1'));
  return ending === 'failed' && seen.length === answers;
}
