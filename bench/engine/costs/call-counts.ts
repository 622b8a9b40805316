const EVENT = /^(\d+),[^,]*,syscalls:sys_enter_(\w+),/;

/** Counts of system calls by name, in what `perf stat -x, -e 'syscalls:sys_enter_*'` prints; those that never happened are left out. */
export function readCallCounts(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, count, name = ''] = EVENT.exec(line) ?? [];
    if (Number(count) > 0) counts.set(name, Number(count));
  }
  return counts;
}

/** Each of them for one `write`, which is one request of both generators. @throws Error where there was none. */
export function perRequest(counts: ReadonlyMap<string, number>): Map<string, number> {
  const requests = counts.get('write');
  if (requests === undefined) throw new Error('no write was counted: nothing was sent, or perf did not see it');
  return new Map([...counts].map(([name, count]) => [name, count / requests]));
}
