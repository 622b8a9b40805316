import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from './event.ts';
import type { RunAs } from './run-as.ts';
import { TrialFault } from './trial-fault.ts';

interface HomeOrder {
  /** Where the folders of trials are. */
  readonly homes: string;
  readonly trialId: string;
  /** Whose it is; null: the runner's. */
  readonly runAs: RunAs | null;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Makes the folder that is a trial's home and its place for temporary files. Where the data folder's disk does not take even that,
 * it is made among the system's temporary files, which may be on another. Throws a TrialFault when there is no room there either.
 */
export async function makeTrialHome({ homes, trialId, runAs, log }: HomeOrder): Promise<string> {
  const home = join(homes, trialId);
  try {
    await mkdir(home, { recursive: true });
    return await given(home, runAs);
  } catch (error) {
    const problem = (error as Error).message;
    log.warn({ folder: home, problem }, 'a trial’s folder could not be made; it gets one elsewhere');
    return await elsewhere(problem, runAs);
  }
}

/** To the user, whatever the umask. */
async function given(home: string, runAs: RunAs | null): Promise<string> {
  if (runAs === null) return home;
  await chown(home, runAs.uid, runAs.gid);
  await chmod(home, 0o700);
  return home;
}

async function elsewhere(problem: string, runAs: RunAs | null): Promise<string> {
  try {
    return await given(await mkdtemp(join(tmpdir(), 'benchwright-trial-')), runAs);
  } catch (error) {
    const says = `No folder could be made for the server: ${problem}; ${(error as Error).message}.`;
    throw new TrialFault('start', 'start-failed', says);
  }
}
