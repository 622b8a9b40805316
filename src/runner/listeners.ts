import { readdirSync, readlinkSync } from 'node:fs';
import { type ProcessRow, readProcesses } from './process-table.ts';
import { readText } from './read-text.ts';

/** proc_net_tcp(5): the state of a socket that takes connections. */
const LISTEN = '0A';

/**
 * The processes that hold a listening TCP socket on a port, on whatever address: the one trace of a server that cleared its
 * environment and left its group, session and parent. Empty where there is no `/proc`; others' processes may be hidden.
 */
export function listenersOn(port: number, rows: readonly ProcessRow[] = readProcesses()): ProcessRow[] {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listeningSockets(table, port)));
  return sockets.size === 0 ? [] : rows.filter((row) => holdsOne(row.pid, sockets));
}

/** As links of `/proc/PID/fd` name them. */
function listeningSockets(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return (readText(`/proc/net/${table}`) ?? '').split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTEN && local.endsWith(wanted) ? [`socket:[${inode}]`] : [];
  });
}

function holdsOne(pid: number, sockets: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    // Gone, or another user's.
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
