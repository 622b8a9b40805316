import { type Random, seededRandom } from '../../../src/core/random.ts';
import { makeAnswer, type MadeAnswer } from './make-answer.ts';
import { between, bytesOf, pick } from './make-body.ts';
import { type Method, type ParserCase, properCuts } from './parser-case.ts';
import { spoil } from './spoil.ts';

const MOST_ANSWERS = 6;
/** Cut at every byte: longer cases would take the time of many. */
const MOST_SINGLE_BYTES = 400;

/** The case of that number in the row that the seed makes; the same on every machine. */
export function makeCase(seed: number, index: number): ParserCase {
  return caseFrom(seededRandom(seed * 2 ** 32 + index, 'parser case'));
}

function caseFrom(random: Random): ParserCase {
  const { answers, methods } = makeAnswers(random);
  const isSpoilt = random() < 0.35;
  const which = isSpoilt ? Math.floor(random() * answers.length) : -1;
  let bytes = answers.map(({ text }, i) => (i === which ? spoil(text, random) : text)).join('');
  if (isSpoilt && random() < 0.3) bytes = spoil(bytes, random);
  bytes += afterAnswers(random);
  return {
    methods: wantedMethods(random, methods),
    bytes,
    cuts: makeCuts(random, bytes),
    ends: random() < (answers.at(-1)?.isOpenEnded === true ? 0.9 : 0.5),
  };
}

function makeAnswers(random: Random): { answers: MadeAnswer[]; methods: Method[] } {
  const count = random() < 0.7 ? 1 : between(random, 2, MOST_ANSWERS);
  const answers: MadeAnswer[] = [];
  const methods: Method[] = [];
  // One in twenty goes on behind an answer that nothing may follow.
  const goesOn = random() < 0.05;
  for (let i = 0; i < count; i += 1) {
    const method = random() < 0.1 ? 'HEAD' : 'GET';
    const answer = makeAnswer(random, method);
    methods.push(method);
    answers.push(answer);
    if (answer.isLast && !goesOn) break;
  }
  return { answers, methods };
}

/** Mostly as many requests as answers; sometimes one more, or one less. */
function wantedMethods(random: Random, methods: readonly Method[]): Method[] {
  const kind = random();
  if (kind < 0.04) return [...methods, 'GET'];
  return kind < 0.08 && methods.length > 1 ? methods.slice(0, -1) : [...methods];
}

function afterAnswers(random: Random): string {
  if (random() > 0.04) return '';
  return pick(random, [
    '\r\n',
    '\n',
    'x',
    '0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    bytesOf(random, 20),
  ]);
}

/** Where reads end: anywhere, and more often than by chance around the ends of lines. */
export function makeCuts(random: Random, bytes: string): number[] {
  const { length } = bytes;
  const kind = random();
  if (kind < 0.3) return [];
  if (kind < 0.35 && length <= MOST_SINGLE_BYTES)
    return properCuts(
      Array.from({ length }, (_, i) => i),
      length,
    );
  const cuts = Array.from({ length: between(random, 1, 6) }, () => {
    const anywhere = Math.floor(random() * length);
    if (random() < 0.5) return anywhere;
    const line = bytes.indexOf('\r\n', anywhere);
    return line < 0 ? anywhere : line + between(random, 0, 4);
  });
  return properCuts(cuts, length);
}
