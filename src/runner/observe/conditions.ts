import { release } from 'node:os';
import type { HostConditions } from '../../core/host.ts';
import type { CoreSets } from '../cores.ts';
import { readText } from '../read-text.ts';
import { TASKSET } from '../taskset.ts';

const CPUFREQ = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor';
const NO_TURBO = '/sys/devices/system/cpu/intel_pstate/no_turbo';
const BOOST = '/sys/devices/system/cpu/cpufreq/boost';

/** What may change from trial to trial. Null: not supported here. */
export function hostConditions(cores: CoreSets): HostConditions {
  const isPinned = TASKSET !== null;
  return {
    governor: readText(CPUFREQ)?.trim() ?? null,
    turbo: turbo(),
    swap_used_mb: swapUsedMb(readText('/proc/meminfo') ?? ''),
    server_cpus: isPinned ? [...cores.server] : [],
    generator_cpus: isPinned ? [...cores.generator] : [],
    smt_shared: cores.smt_shared,
    co_located: cores.co_located,
    kernel_release: release(),
  };
}

function turbo(): boolean | null {
  const disabled = readText(NO_TURBO)?.trim();
  if (disabled !== undefined) return disabled === '0';
  const boost = readText(BOOST)?.trim();
  return boost === undefined ? null : boost === '1';
}

export function swapUsedMb(meminfo: string): number | null {
  const kb = (name: string): number | null => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1];
    return found === undefined ? null : Number(found);
  };
  const total = kb('SwapTotal');
  const free = kb('SwapFree');
  return total === null || free === null ? null : (total - free) / 1024;
}
