import { spawnSync } from 'node:child_process';

/** Units of `/proc`, asked once: pages are 16 or 64 KiB on some ARM systems. */
export const TICKS_PER_S = configured('CLK_TCK', 100);
export const PAGE_MB = configured('PAGESIZE', 4096) / 2 ** 20;

function configured(name: string, usual: number): number {
  const value = Number(spawnSync('getconf', [name], { encoding: 'utf8' }).stdout ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : usual;
}
