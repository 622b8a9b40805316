import { differenceOf } from './difference.ts';
import { type ExplainedClass, explain, LLHTTP_CLASSES } from './explained.ts';
import { CLIENT_CLASSES } from './explained-client.ts';
import { LlhttpSide } from './llhttp-side.ts';
import { makeCase } from './make-case.ts';
import { makeSeries } from './make-series.ts';
import { minimise } from './minimise.ts';
import { type OurOutcome, OurSide } from './our-side.ts';
import { type Outcome, outcomeText } from './outcome.ts';
import { caseText, type ParserCase } from './parser-case.ts';
import { explainReader } from './explained-reader.ts';
import { readerAgrees, ReaderSide } from './reader-side.ts';
import { addTally, countExplained, emptyTally, MOST_EXAMPLES, type Tally } from './tally.ts';
import { readWithClient } from './undici-client.ts';

/** One number in so many is a series of answers for the engine's reader. */
const SERIES_EVERY = 10;

export interface Range {
  readonly seed: number;
  /** Numbers of cases: `from` and up to, but not with, `to`. */
  readonly from: number;
  readonly to: number;
  /** One case in so many is read by undici's client too. */
  readonly clientEvery: number;
}

interface Sides {
  readonly ours: OurSide;
  readonly llhttp: LlhttpSide;
  readonly reader: ReaderSide;
}

/** Reads each case of the range with all sides and says what came of it. `ours`: another parser of ours, to see its faults found. */
export async function compareRange({ seed, from, to, clientEvery }: Range, ours = new OurSide()): Promise<Tally> {
  const tally = emptyTally();
  const sides = { ours, llhttp: sharedLlhttp(), reader: new ReaderSide() };
  for (let index = from; index < to; index += 1) {
    if (index % SERIES_EVERY === 0) await compareSeries(tally, sides, seed, index);
    else await compareOne(tally, sides, makeCase(seed, index), index, index % clientEvery === 1 % clientEvery);
  }
  return tally;
}

let llhttp: LlhttpSide | null = null;

/** Compiling it takes longer than many cases. */
function sharedLlhttp(): LlhttpSide {
  llhttp ??= new LlhttpSide();
  return llhttp;
}

async function compareOne(
  tally: Tally,
  sides: Sides,
  made: ParserCase,
  index: number,
  withClient: boolean,
): Promise<OurOutcome> {
  const bytes = Buffer.from(made.bytes, 'latin1');
  const start = performance.now();
  const ours = sides.ours.read(made, bytes);
  const between = performance.now();
  const theirs = sides.llhttp.read(made, bytes);
  tally.llhttp_ms += performance.now() - between;
  tally.our_ms += between - start;
  tally.cases += 1;
  tally.bytes += bytes.length;
  tally.reads += made.cuts.length + 1;
  await judge(tally, { against: 'llhttp', classes: LLHTTP_CLASSES, index, made, ours, theirs }, (other) => ({
    ours: sides.ours.read(other, Buffer.from(other.bytes, 'latin1')),
    theirs: sides.llhttp.read(other, Buffer.from(other.bytes, 'latin1')),
  }));
  if (withClient) await compareClient(tally, sides, made, ours, index);
  return ours;
}

async function compareClient(
  tally: Tally,
  sides: Sides,
  made: ParserCase,
  ours: OurOutcome,
  index: number,
): Promise<void> {
  tally.client += 1;
  const counted = emptyTally();
  const theirs = await readWithClient(made);
  await judge(
    counted,
    { against: 'undici', classes: CLIENT_CLASSES, index, made, ours: asClient(ours), theirs },
    async (other) => ({
      ours: asClient(sides.ours.read(other, Buffer.from(other.bytes, 'latin1'))),
      theirs: await readWithClient(other),
    }),
  );
  // The case was counted before; here its differences alone.
  addTally(tally, { ...counted, answers: 0, refused: 0 });
}

/** To the client an answer that never came is a failure like any other. */
function asClient(ours: OurOutcome): OurOutcome {
  return ours.ending === 'ended' ? { ...ours, ending: 'failed' } : ours;
}

async function compareSeries(tally: Tally, sides: Sides, seed: number, index: number): Promise<void> {
  for (const made of makeSeries(seed, index)) {
    const ours = await compareOne(tally, sides, made, index, false);
    tally.reader += 1;
    const seen = sides.reader.read(made, Buffer.from(made.bytes, 'latin1'));
    if (readerAgrees(seen, ours)) continue;
    const name = explainReader(made, seen, sides.ours);
    if (name === null) addExample(tally, 'reader', index, made, ours, JSON.stringify(seen));
    else countExplained(tally, `reader: ${name}`);
  }
}

interface Compared {
  readonly against: string;
  readonly classes: readonly ExplainedClass[];
  readonly index: number;
  readonly made: ParserCase;
  readonly ours: OurOutcome;
  readonly theirs: Outcome;
}

type ReadAgain = (
  made: ParserCase,
) => { ours: OurOutcome; theirs: Outcome } | Promise<{ ours: OurOutcome; theirs: Outcome }>;

async function judge(tally: Tally, compared: Compared, readAgain: ReadAgain): Promise<void> {
  const { against, classes, index, made, ours, theirs } = compared;
  const difference = differenceOf(made, ours, theirs);
  if (difference === null) {
    tally.answers += ours.answers.length;
    if (ours.ending === 'failed') tally.refused += 1;
    return;
  }
  const name = explain(difference, classes);
  if (name !== null) return countExplained(tally, `${against}: ${name}`);
  if (tally.examples.length >= MOST_EXAMPLES) {
    tally.unexplained += 1;
    return;
  }
  const small = await minimise(made, async (other) => {
    const read = await readAgain(other);
    const found = differenceOf(other, read.ours, read.theirs);
    return found !== null && found.kind === difference.kind && explain(found, classes) === null;
  });
  const read = await readAgain(small);
  addExample(tally, against, index, small, read.ours, outcomeText(read.theirs));
}

function addExample(
  tally: Tally,
  against: string,
  index: number,
  made: ParserCase,
  ours: OurOutcome,
  theirs: string,
): void {
  tally.unexplained += 1;
  const problem = ours.problem === '' ? '' : ` (${ours.problem})`;
  const example = { against, index, ours: `${outcomeText(ours)}${problem}`, theirs, made: caseText(made) };
  if (tally.examples.length < MOST_EXAMPLES) tally.examples.push(example);
}
