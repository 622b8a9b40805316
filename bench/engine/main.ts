/**
 * `npm run bench:engine`: the load engine, built as for the npm package, beside other load generators, on one core each, against nginx on
 * another. All take turns in every round; ratios are taken round by round. `--rounds N` (default 7; goals need 5), `--seconds N` of a window
 * (default 3), `--tools a,b`; tools that are not installed are left out and named, with how to get them; `BENCHWRIGHT_TOOLS` lists more
 * folders to look in.
 *
 * `--situation NAME,NAME` or `all` (default speed): `speed` is that comparison, `costs` where the time of the generator's core goes, `calls`
 * the system calls for each request (both by `perf`), `connections` the memory at 1,000 connections, `memory` that over a minute, `users`
 * how late the engine gets to requests of 10,000 users, `rehearsal` how late a young engine is without one, `timeouts` how precisely requests
 * time out, `threads` two threads beside one. What each found last is kept in results/bench-engine.json; `--markdown` measures nothing and
 * prints that, `--write-docs` puts it into docs/engine.md. Ends with 3 when a goal is missed, with 2 on bad options.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { holdMeasureLock } from '../../test/measure-lock.ts';
import { insertBetweenMarks } from '../../test/validity/insert-docs.ts';
import { type Build, buildProgram } from '../api/build.ts';
import { type Options, parseOptions } from './options.ts';
import { exitCodeOf, type Section, sectionText } from './section.ts';
import { SITUATIONS } from './situations.ts';
import type { Bench } from './situations/bench.ts';
import { inOrder, keepSection, readSections } from './store.ts';
import { findTools } from './tools.ts';

const RESULTS = fileURLToPath(new URL('../../results/bench-engine.json', import.meta.url));
const DOCS = fileURLToPath(new URL('../../docs/engine.md', import.meta.url));

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** It takes both cores for some seconds. */
async function built(): Promise<Build> {
  await using _ = await holdMeasureLock();
  return await buildProgram();
}

async function measure({ rounds, seconds, tools, situations }: Options): Promise<Section[]> {
  await using build = await built();
  const { runEngine } = (await import(join(build.dist, 'load/run-engine.js'))) as Pick<Bench, 'runEngine'>;
  // The other situations are ours alone.
  const found = await findTools(situations.includes('speed') ? tools : [], process.env, runEngine);
  for (const { name, install } of found.missing) say(`${name} is not installed: left out (${install})`);
  const sections: Section[] = [];
  for (const { name, title, measure: of } of SITUATIONS.filter((each) => situations.includes(each.name))) {
    await using _ = await holdMeasureLock();
    const load_1m_before = loadavg()[0] ?? Number.NaN;
    const finding = await of({ runEngine, found, rounds, seconds, say });
    const host = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`;
    const section = { title, ...finding, measured_at: new Date().toISOString(), host, load_1m_before };
    keepSection(RESULTS, name, section);
    sections.push(section);
  }
  return sections;
}

async function main(options: Options): Promise<void> {
  const sections = options.markdown ? inOrder(readSections(RESULTS)) : await measure(options);
  process.stdout.write(`${sections.map(sectionText).join('\n\n')}\n`);
  if (options.writeDocs) {
    const text = inOrder(readSections(RESULTS)).map(sectionText).join('\n\n');
    writeFileSync(DOCS, insertBetweenMarks(readFileSync(DOCS, 'utf8'), text, 'bench:engine'));
  }
  process.exitCode = exitCodeOf(sections.flatMap(({ goals }) => goals));
}

let options: Options | null = null;
try {
  options = parseOptions(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
try {
  if (options !== null) await main(options);
} catch (error) {
  say(inspect(error));
  process.exitCode = 1;
}
