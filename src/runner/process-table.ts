import { readdirSync } from 'node:fs';
import { foreignText } from '../core/foreign-text.ts';
import { readText } from './read-text.ts';

/** One row of `/proc` (proc_pid_stat(5)). */
export interface ProcessRow {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  /** User + system time in clock ticks. */
  readonly cpu_ticks: number;
  /** Clock ticks since boot: pid and start name a process for good. */
  readonly start: number;
  readonly rss_pages: number;
}

/** Every living process that this user can see; empty where there is no `/proc`. Zombies hold nothing and are left out. */
export function readProcesses(): ProcessRow[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names.flatMap((name): ProcessRow[] => {
    if (!/^\d+$/.test(name)) return [];
    const row = parseRow(Number(name), readText(`/proc/${name}/stat`));
    return row === null ? [] : [row];
  });
}

/** When a process began, in clock ticks since boot, also of one that has ended and is not yet reaped; null: not known. */
export function startOf(pid: number): number | null {
  const text = readText(`/proc/${pid}/stat`);
  return text === null ? null : Number(fieldsOf(text)[22 - 3]);
}

/** The user as whom a process runs (proc_pid_status(5), the real one); null: it is gone, or not known here. */
export function userOf(pid: number): number | null {
  const uid = /^Uid:\s*(\d+)/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return uid === undefined ? null : Number(uid);
}

/** What a process is called with, for people; its number alone when it has gone. */
export function describeProcess(pid: number): string {
  const command = readText(`/proc/${pid}/cmdline`)?.split('\0').join(' ').trim() ?? '';
  return command === '' ? `process ${pid}` : `process ${pid} (${foreignText(command, MAX_COMMAND_LENGTH)})`;
}

const MAX_COMMAND_LENGTH = 120;

/** The name is in parentheses and may hold any character; what follows begins with field 3. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

function parseRow(pid: number, text: string | null): ProcessRow | null {
  if (text === null) return null;
  const fields = fieldsOf(text);
  const state = fields[0];
  if (state === 'Z' || state === 'X') return null;
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    ppid: field(4),
    pgrp: field(5),
    cpu_ticks: field(14) + field(15),
    start: field(22),
    rss_pages: field(24),
  };
}

/** The given processes and all that descend from them. */
export function withDescendants(rows: readonly ProcessRow[], roots: ReadonlySet<number>): Set<number> {
  const children = Map.groupBy(rows, (row) => row.ppid);
  const found = new Set(roots);
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid)) continue;
      found.add(child.pid);
      open.push(child.pid);
    }
  }
  return found;
}
