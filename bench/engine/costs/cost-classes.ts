import type { Frame, Sample } from './perf-script.ts';

const KERNEL = '[kernel.kallsyms]';

/** Where a moment of the generator's CPU went. */
const CLASSES: readonly { readonly name: string; readonly has: (frames: readonly Frame[]) => boolean }[] = [
  { name: 'write(2), with TCP down to the server’s queue', has: inKernel(/^(?:ksys|vfs|do)_writev?$|^__sys_send/) },
  { name: 'read(2)', has: inKernel(/^(?:ksys|vfs)_read$|^__sys_recv/) },
  { name: 'epoll', has: inKernel(/epoll/) },
  { name: 'the rest of the kernel', has: ([leaf]) => leaf?.object === KERNEL },
  // V8's own machine code, compiled ahead, is in the program's file.
  { name: 'our JavaScript and V8’s built-in functions', has: ([leaf]) => isScript(leaf) },
  { name: 'Node, libuv and the rest of V8', has: ([leaf]) => leaf?.object.endsWith('/node') === true },
  { name: 'libc and the clock', has: () => true },
];

function inKernel(symbol: RegExp): (frames: readonly Frame[]) => boolean {
  return (frames) => frames[0]?.object === KERNEL && frames.some((f) => f.object === KERNEL && symbol.test(f.symbol));
}

function isScript(leaf: Frame | undefined): boolean {
  return leaf !== undefined && (/\/perf-\d+\.map$/.test(leaf.object) || leaf.symbol.startsWith('Builtins_'));
}

export interface Cost {
  readonly what: string;
  readonly share: number;
}

/** The classes with their shares of the samples, the largest first; those that have none are left out. */
export function costsOf(samples: readonly Sample[]): Cost[] {
  const counts = new Map<string, number>();
  for (const { frames } of samples) {
    const name = CLASSES.find(({ has }) => has(frames))?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([what, count]) => ({ what, share: count / samples.length }))
    .sort((a, b) => b.share - a.share);
}
