import { resolve } from 'node:path';
import { type GitProtocol, type GitSource, protocolOf } from '../../core/target-source.ts';

/** Where a target's code is fetched from, as git is told it. */
export interface GitAddress {
  readonly address: string;
  readonly protocol: GitProtocol;
}

/** A path is one from the folder of the target. */
export function addressOf({ git }: GitSource, targetFolder: string): GitAddress {
  const protocol = protocolOf(git);
  if (protocol === null) throw new RangeError('an address that git cannot fetch from');
  return { address: git.startsWith('.') ? resolve(targetFolder, git) : git, protocol };
}
