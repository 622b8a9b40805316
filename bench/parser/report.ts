import { CLIENT_CLASSES } from '../../test/load/oracle/explained-client.ts';
import type { Tally } from '../../test/load/oracle/tally.ts';
import { isWhole, type Options, WHOLE_BYTES, WHOLE_CASES } from './options.ts';
import { countText, numberText, percentText } from '../../src/core/number-text.ts';

/** How fast ours is, as a ratio: both read the same cases in turn, in the same threads. */
export function speedRatio({ our_ms, llhttp_ms }: Tally): number {
  return llhttp_ms / our_ms;
}

/** MB/s of one thread. */
export function megabytesPerS(bytes: number, ms: number): number {
  return bytes / 1e3 / ms;
}

/** What a whole run lacks of ten million inputs and a gigabyte; empty when nothing, or when it was none. */
export function shortfalls({ cases, bytes }: Pick<Tally, 'cases' | 'bytes'>, options: Options): string[] {
  if (!isWhole(options)) return [];
  return [
    ...(cases < WHOLE_CASES ? [`${numberText(cases)} inputs of ${numberText(WHOLE_CASES)}`] : []),
    ...(bytes < WHOLE_BYTES ? [`${(bytes / 1e9).toFixed(2)} GB of ${WHOLE_BYTES / 1e9}`] : []),
  ];
}

/** What a run over so many cases found, for people: counts, the meant differences by class, and examples of others. */
export function reportText(tally: Tally): string {
  const { cases, bytes, reads, answers, refused, reader, client, our_ms, llhttp_ms, unexplained } = tally;
  return [
    ...classTable(tally),
    '',
    `${countText(cases, 'case')}, ${(bytes / 1e9).toFixed(2)} GB in ${countText(reads, 'read')}: ${countText(answers, 'answer')} the same, ${numberText(refused)} cases refused by both.`,
    `${numberText(client)} of the cases through undici's client too, ${numberText(reader)} through the engine's reader.`,
    `Parsing and digest: ours ${megabytesPerS(bytes, our_ms).toFixed(0)} MB/s, llhttp ${megabytesPerS(bytes, llhttp_ms).toFixed(0)} MB/s of a thread: ${speedRatio(tally).toFixed(2)} ×.`,
    `${countText(unexplained, 'difference')} unexplained.`,
    ...tally.examples.flatMap(({ against, index, ours, theirs, made }) => [
      '',
      `case ${index} beside ${against}`,
      `  ours:   ${ours}`,
      `  theirs: ${theirs}`,
      `  ${made}`,
    ]),
  ].join('\n');
}

/** One line for each class that was met; what the reader has apart is its own. */
function classTable({ explained, cases, client }: Tally): string[] {
  const count = (against: string, name: string): number => explained[`${against}: ${name}`] ?? 0;
  const shareOf = (n: number, all: number): string => (n === 0 ? '' : `${numberText(n)} (${percentText(n / all)})`);
  const rows = CLIENT_CLASSES.map(({ name, why }) => {
    const [llhttp, undici] = [count('llhttp', name), count('undici', name)];
    return llhttp + undici === 0
      ? null
      : `| ${name} | ${shareOf(llhttp, cases)} | ${shareOf(undici, client)} | ${why} |`;
  }).filter((row) => row !== null);
  const ofReader = Object.entries(explained)
    .filter(([name]) => name.startsWith('reader: '))
    .map(([name, n]) => `| ${name} | ${numberText(n)} | | the template of the last answer lets them be anything |`);
  return ['| meant difference | beside llhttp | beside the client | why |', '|---|---|---|---|', ...rows, ...ofReader];
}
