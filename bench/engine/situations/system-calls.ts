import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { coresForOne } from '../cores.ts';
import { perRequest, readCallCounts } from '../costs/call-counts.ts';
import { findPerf, runPerf } from '../costs/run-perf.ts';
import { findProgram, toolFolders } from '../find-program.ts';
import { type Nginx, startNginx } from '../nginx.ts';
import type { Finding } from '../section.ts';
import { planFor } from '../tools/benchwright.ts';
import { wrk } from '../tools/wrk.ts';
import type { Bench } from './bench.ts';

const CONNECTIONS = 50;
const SECONDS = 6;
/** The engine starts, rehearses and warms up first. */
const BEFORE_S = 3.5;
const COUNTED_S = 3;
/** Rarer ones are rows of seconds and timers. */
const SHOWN_FROM = 0.0005;
const HEADINGS = ['system call', 'benchwright, for each request', 'wrk'];

type Calls = ReadonlyMap<string, number>;

/** How often each generator asks the kernel for something, for one request. */
export async function systemCalls({ runEngine }: Bench): Promise<Finding> {
  const cores = coresForOne(availableParallelism());
  const [perf, path] = [findPerf(), findProgram('wrk', toolFolders(process.env))];
  if (cores === null || perf === null || path === null) return notJudged();
  await using server = await startNginx(cores.server);
  const [cpu = 0] = cores.generator;
  const ours = await ofEngine(runEngine, server, perf, cpu);
  const theirs = await ofWrk(path, server, perf, cpu);
  const names = [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((name) => Math.max(ours.get(name) ?? 0, theirs.get(name) ?? 0) >= SHOWN_FROM)
    .sort((a, b) => (ours.get(b) ?? 0) - (ours.get(a) ?? 0) || (theirs.get(b) ?? 0) - (theirs.get(a) ?? 0));
  const text = (calls: Calls, name: string): string => (calls.get(name) ?? 0).toFixed(3);
  return {
    table: [HEADINGS, ...names.map((name) => [name, text(ours, name), text(theirs, name)])],
    goals: [],
    how: `${CONNECTIONS} connections, counted by perf for ${COUNTED_S} s; a request is a write, of which each has one`,
    figures: { benchwright: Object.fromEntries(ours), wrk: Object.fromEntries(theirs) },
  };
}

async function counted(perf: string, pid: number): Promise<Calls> {
  const what = ['-e', 'syscalls:sys_enter_*', '-x,', '-p', String(pid)];
  return perRequest(readCallCounts((await runPerf(perf, ['stat', ...what, '--', 'sleep', String(COUNTED_S)])).stderr));
}

async function ofEngine(run: Bench['runEngine'], server: Nginx, perf: string, cpu: number): Promise<Calls> {
  const calls = Promise.withResolvers<Calls>();
  const model = { kind: 'connections' as const, connections: CONNECTIONS };
  // Counting takes its time of the engine: what it says of its own lateness is not asked for.
  await run(planFor(server, { model, warmup_s: 1, window_s: SECONDS }), {
    signal: new AbortController().signal,
    cpus: [cpu],
    onStart: (pid) => calls.resolve(setTimeout(1000 * BEFORE_S).then(() => counted(perf, pid))),
  });
  return await calls.promise;
}

async function ofWrk(path: string, server: Nginx, perf: string, cpu: number): Promise<Calls> {
  const args = wrk.args({ server, connections: CONNECTIONS, seconds: SECONDS, cpu }, '');
  const child = spawn('taskset', ['-c', String(cpu), path, ...args], { stdio: 'ignore' });
  const ended = once(child, 'close');
  await setTimeout(1000);
  const calls = await counted(perf, child.pid ?? 0);
  await ended;
  return calls;
}

function notJudged(): Finding {
  return {
    table: [HEADINGS, ['cannot be judged here', '', '']],
    goals: [{ what: 'system calls', goal: '', seen: 'perf, wrk and two cores are needed', verdict: 'not judged' }],
    how: 'nothing was run',
    figures: null,
  };
}
