import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Command lines of living processes that name a folder, or work in it: what a run in that folder left behind. */
export function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const isOurs = command.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
        return isOurs && command !== '' ? [`${pid} ${command}`] : [];
      } catch {
        return []; // It ended while we looked.
      }
    });
}
