/** A thread of `bench:parser`: takes a `Task` a message and answers each with what came of it. */
import { parentPort } from 'node:worker_threads';
import { compareRange } from '../../test/load/oracle/compare-range.ts';
import { fuzzProblem, makeFuzz } from '../../test/load/oracle/fuzz.ts';
import { emptyTally, type Tally } from '../../test/load/oracle/tally.ts';
import type { Task } from './task.ts';

export interface Done {
  readonly task: Task;
  readonly tally: Tally;
  /** Of `fuzz`: what was wrong. */
  readonly problems: readonly string[];
}

async function run(task: Task): Promise<Done> {
  if (task.kind === 'compare') return { task, tally: await compareRange(task), problems: [] };
  const problems: string[] = [];
  for (let index = task.from; index < task.to; index += 1) {
    const problem = fuzzProblem(makeFuzz(task.seed, index));
    if (problem !== null) problems.push(`case ${index}: ${problem}`);
  }
  return { task, tally: emptyTally(), problems };
}

async function answer(task: Task): Promise<void> {
  const done = await run(task);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread of Node has no origin
  parentPort?.postMessage(done);
}

parentPort?.on('message', (task: Task) => void answer(task));
