import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type CoreSets, splitCores } from '../../runner/cores.ts';
import { readTopology } from '../../runner/topology.ts';
import type { DemoOptions } from '../commands/demo.ts';

export interface DemoCores {
  readonly sets: CoreSets;
  /** Where the service stays: never on the servers' cores. Null where this platform cannot pin. */
  readonly service: readonly number[] | null;
}

export function demoCores(options: Pick<DemoOptions, 'serverCpus' | 'generatorCpus'>): DemoCores {
  const sets = splitCores(readTopology(), { server: options.serverCpus, generator: options.generatorCpus });
  return {
    sets,
    service: process.platform === 'linux' && isOnPath('taskset') ? sets.runner : null,
  };
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
