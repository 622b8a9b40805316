/** One sample of `perf script`: its stack, the innermost frame first. */
export interface Sample {
  readonly frames: readonly Frame[];
}

export interface Frame {
  readonly symbol: string;
  /** The file that the code is in; of what V8 compiled, its map. */
  readonly object: string;
}

const FRAME = /^\s+[0-9a-f]+ (.*?)(?:\+0x[0-9a-f]+)? \((.*)\)$/;

/** Reads what `perf script` prints: a line for each sample, its frames below, and a blank line. */
export function readSamples(text: string): Sample[] {
  return text
    .split(/\n\s*\n/)
    .map((block) => ({ frames: block.split('\n').flatMap(frameOf) }))
    .filter(({ frames }) => frames.length > 0);
}

function frameOf(line: string): Frame[] {
  const [, symbol, object] = FRAME.exec(line) ?? [];
  return symbol === undefined || object === undefined ? [] : [{ symbol, object }];
}
