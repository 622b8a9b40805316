import { availableParallelism } from 'node:os';
import type { PhysicalCore } from './cores.ts';
import { readText } from './read-text.ts';

/** `0-2,5` as numbers, the kernel's list format (cpuset(7)). */
export function parseCpuList(text: string): number[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '')
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number);
      if (first === undefined || last === undefined) return [];
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

/** The physical cores that this process may run on, each with its logical CPUs. */
export function readTopology(): PhysicalCore[] {
  const allowed = allowedCpus();
  const seen = new Set<number>();
  return allowed.flatMap((cpu): PhysicalCore[] => {
    if (seen.has(cpu)) return [];
    const siblings = readText(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`);
    const core = siblings === null ? [cpu] : parseCpuList(siblings).filter((each) => allowed.includes(each));
    for (const each of core) seen.add(each);
    return core.length === 0 ? [] : [core];
  });
}

function allowedCpus(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readText('/proc/self/status') ?? '')?.[1];
  return list === undefined ? Array.from({ length: availableParallelism() }, (_, i) => i) : parseCpuList(list);
}
