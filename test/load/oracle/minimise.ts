import { type ParserCase, properCuts } from './parser-case.ts';

/** Tries in all: a case is small before that, or will not get smaller. */
const MOST_TRIES = 4_000;

/**
 * The smallest case that can be found by leaving out cuts, requests and runs of bytes for which `stillDiffers` holds. It must hold for
 * `made`.
 */
export async function minimise(
  made: ParserCase,
  stillDiffers: (made: ParserCase) => boolean | Promise<boolean>,
): Promise<ParserCase> {
  let tries = 0;
  let best = made;
  const attempt = async (smaller: ParserCase): Promise<boolean> => {
    tries += 1;
    if (tries > MOST_TRIES || !(await stillDiffers(smaller))) return false;
    best = smaller;
    return true;
  };
  await attempt({ ...best, cuts: [] });
  for (let run = best.bytes.length >> 1; run >= 1; run >>= 1) {
    for (let at = 0; at < best.bytes.length;) if (!(await attempt(without(best, at, run)))) at += run;
  }
  for (const cut of best.cuts) await attempt({ ...best, cuts: best.cuts.filter((other) => other !== cut) });
  while (best.methods.length > 1 && (await attempt({ ...best, methods: best.methods.slice(0, -1) })));
  return best;
}

/** Without the bytes `[at, at + run)`; cuts move with the bytes around them. */
function without(made: ParserCase, at: number, run: number): ParserCase {
  const bytes = made.bytes.slice(0, at) + made.bytes.slice(at + run);
  const moved = made.cuts.map((cut) => (cut <= at ? cut : Math.max(at, cut - run)));
  return { ...made, bytes, cuts: properCuts(moved, bytes.length) };
}
