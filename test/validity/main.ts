/**
 * `npm run test:validity`: does the gate see what is planted? Base against head of a small application, 20 times with a head that burns
 * 5 % more CPU per request, 20 times with 10 %, 20 times with a comment only; each run as short as a power analysis of this host allows.
 * `--tally FILE` (default results/validity.jsonl) holds plan and runs, and the next run with it goes on from there; `--runs N` of each
 * kind; `--for MINUTES` at most; of a new plan `--seed N` (default: drawn) and `--most SECONDS` for a run (default 120). `--plan` ends with the plan. `--markdown` only prints what the
 * tally says, `--write-docs` puts that into docs/validity.md. Ends with 0 when every goal was met, 1 when one was missed, 3 when there is
 * more to do.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, parseArgs } from 'node:util';
import { interruptSignal } from '../../src/cli/interrupt.ts';
import { campaign } from './campaign.ts';
import { countsOf, exitCodeOf } from './counts.ts';
import { insertBetweenMarks } from './insert-docs.ts';
import { markdown } from './table.ts';
import { Tally } from './tally.ts';

const DOCS = fileURLToPath(new URL('../../docs/validity.md', import.meta.url));

const { values } = parseArgs({
  options: {
    tally: { type: 'string', default: 'results/validity.jsonl' },
    runs: { type: 'string', default: '20' },
    for: { type: 'string', default: '240' },
    most: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(randomInt(1, 1_000_000)) },
    plan: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    'write-docs': { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

async function measure(tally: Tally): Promise<void> {
  using interrupt = interruptSignal();
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-validity-'));
  const [minutes, seed, most_s] = [Number(values.for), Number(values.seed), Number(values.most)];
  const runs = values.plan ? 0 : Number(values.runs);
  try {
    await campaign({ folder, tally, runs, minutes, seed, most_s, signal: interrupt.signal, say });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    say('interrupted: what was judged is in the tally');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const tally = new Tally(values.tally);
  if (!values.markdown && !values['write-docs']) await measure(tally);
  const text = markdown(tally.read());
  process.stdout.write(`${text}\n`);
  if (values['write-docs']) writeFileSync(DOCS, insertBetweenMarks(readFileSync(DOCS, 'utf8'), text));
  process.exitCode = exitCodeOf(countsOf(tally.read().runs));
} catch (error) {
  process.stderr.write(`${inspect(error)}\n`);
  process.exitCode = 2;
}
