import { serverCommand } from '../core/target.ts';
import type { CoreSets } from './cores.ts';
import type { GuardedTree } from './guardian/guardian.ts';
import { freePort } from './ports.ts';
import { type ServerProcess, startServer } from './process.ts';
import type { ProvisionedTarget } from './provision/provision.ts';
import { serverEnvironment } from './server-environment.ts';
import { TrialFault } from './trial-fault.ts';

export interface TargetStart {
  readonly provisioned: ProvisionedTarget;
  readonly server: string;
  readonly interface: string;
  readonly workers: number;
  readonly cores: Pick<CoreSets, 'server'>;
  readonly trialId: string;
  readonly guarded: GuardedTree | null;
}

/** Starts a target's server on a free port; the command is the manifest's, as it was filled in. */
export async function startTarget(
  start: TargetStart,
  home: string,
): Promise<{ readonly server: ServerProcess; readonly argv: readonly string[] }> {
  const { manifest } = start.provisioned.target;
  const port = await freePort();
  const argv = serverCommand(manifest, start.server, { port, workers: start.workers, interface: start.interface });
  try {
    const server = await startServer({
      argv,
      cwd: start.provisioned.cwd,
      env: serverEnvironment({ trialId: start.trialId, env: manifest.env, home, bin: start.provisioned.bin }),
      cpus: start.cores.server,
      port,
      trialId: start.trialId,
      guarded: start.guarded,
      runAs: start.provisioned.runAs,
    });
    return { server, argv };
  } catch (error) {
    throw new TrialFault(
      'start',
      'start-failed',
      `\`${argv.join(' ')}\` could not be started: ${(error as Error).message}.`,
    );
  }
}
