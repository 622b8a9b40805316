import { spawnSync } from 'node:child_process';
import { RunnerError } from './runner-error.ts';

/** The unprivileged user as whom code from git is built and served. */
export interface RunAs {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Changes to a folder as the user, and starts this Node there. */
const REACH = 'cd -- "$1" && exec "$2" -e 0';

/**
 * The user of that name or number, who must be able to enter the given folder and to run this Node. Throws RunnerError `bad-run-as`,
 * with the remedy, also where this process may not become another user. `own` is the user number of this process; null: it has none.
 */
export function findRunAs(name: string, folder: string, own: number | null = process.getuid?.() ?? null): RunAs {
  if (own !== 0)
    throw badRunAs(
      '--run-as needs a runner of root, for only root may become another user: start it as root, or leave --run-as out; ' +
        'then code of forks is refused, and other commits are built and served as the user of the runner.',
    );
  const found = lookUp(name);
  if (found === null) throw badRunAs(`There is no user ${name} for --run-as: make one (useradd --system ${name}).`);
  if (found.uid === 0 || found.gid === 0)
    throw badRunAs(
      `--run-as ${name} is root${found.uid === 0 ? '' : '’s group'}: give a user without privileges, of its own.`,
    );
  const reached = spawnSync('/bin/sh', ['-c', REACH, 'sh', folder, process.execPath], {
    cwd: '/',
    env: {},
    uid: found.uid,
    gid: found.gid,
    encoding: 'utf8',
  });
  if (reached.status === 0) return found;
  const why = (reached.stderr ?? '').trim().split('\n').at(-1) ?? String(reached.error);
  throw badRunAs(
    `The user ${name} of --run-as cannot enter ${folder} or run ${process.execPath} (${why}): ` +
      'let others enter the folders above them (chmod o+x), or give another --data-dir.',
  );
}

/** A number needs no entry anywhere; its group then has the same one. */
function lookUp(name: string): RunAs | null {
  const [uid, gid] = ['-u', '-g'].map((which) => idOf(which, name));
  if (uid != null && gid != null) return { name, uid, gid };
  const number = /^\d+$/.test(name) ? Number(name) : Number.NaN;
  return number <= MAX_ID ? { name, uid: number, gid: number } : null;
}

/** Beyond it are numbers that mean "leave it as it is" to the kernel (setresuid(2): −1). */
const MAX_ID = 2 ** 31 - 1;

/** id(1) knows users of every kind of directory, not only those of /etc/passwd. */
function idOf(which: string, name: string): number | null {
  const answer = spawnSync('id', [which, name], { encoding: 'utf8' });
  return answer.status === 0 ? Number(answer.stdout.trim()) : null;
}

const badRunAs = (message: string): RunnerError => new RunnerError('bad-run-as', message);
