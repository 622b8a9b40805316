import { findProgram, toolFolders } from './find-program.ts';
import { runProgram, versionOf } from './run-program.ts';
import { ab } from './tools/ab.ts';
import { autocannon } from './tools/autocannon.ts';
import { BASE, benchwright } from './tools/benchwright.ts';
import { k6 } from './tools/k6.ts';
import { locust } from './tools/locust.ts';
import { oha } from './tools/oha.ts';
import type { Program, Run, RunEngine, Task } from './tools/tool.ts';
import { undici } from './tools/undici.ts';
import { vegeta } from './tools/vegeta.ts';
import { wrk } from './tools/wrk.ts';

const PROGRAMS: readonly Program[] = [wrk, oha, ab, autocannon, undici, vegeta, k6, locust];

export const TOOL_NAMES: readonly string[] = [BASE, ...PROGRAMS.map(({ name }) => name)];

/** A load generator that is there. */
export interface Tool {
  readonly name: string;
  /** Empty where it tells none. */
  readonly version: string;
  readonly run: (task: Task) => Promise<Run>;
}

export interface Found {
  readonly tools: readonly Tool[];
  /** Not installed. */
  readonly missing: readonly Program[];
}

/** Ours, and of the others those of these names that are installed. */
export async function findTools(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  runEngine: RunEngine,
): Promise<Found> {
  const folders = toolFolders(env);
  const tools: Tool[] = [{ name: BASE, version: '', run: (task) => benchwright(runEngine, task) }];
  const missing: Program[] = [];
  for (const program of PROGRAMS.filter(({ name }) => names.includes(name))) {
    const path = program.file === null ? process.execPath : findProgram(program.file, folders);
    if (path === null) missing.push(program);
    else {
      const version = await versionOf(program, path);
      tools.push({ name: program.name, version, run: (task) => runProgram(program, path, task) });
    }
  }
  return { tools, missing };
}
