import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from './event.ts';
import { TrialFault } from './trial-fault.ts';

interface HomeOrder {
  /** Where the folders of trials are. */
  readonly homes: string;
  readonly trialId: string;
  readonly log: Pick<Log, 'warn'>;
}

/**
 * Makes the folder that is a trial's home and its place for temporary files. Where the data folder's disk does not take even that,
 * it is made among the system's temporary files, which may be on another. Throws a TrialFault when there is no room there either.
 */
export async function makeTrialHome({ homes, trialId, log }: HomeOrder): Promise<string> {
  const home = join(homes, trialId);
  try {
    await mkdir(home, { recursive: true });
    return home;
  } catch (error) {
    const problem = (error as Error).message;
    log.warn({ folder: home, problem }, 'a trial’s folder could not be made; it gets one elsewhere');
    return await elsewhere(problem);
  }
}

async function elsewhere(problem: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'benchwright-trial-'));
  } catch (error) {
    const says = `No folder could be made for the server: ${problem}; ${(error as Error).message}.`;
    throw new TrialFault('start', 'start-failed', says);
  }
}
