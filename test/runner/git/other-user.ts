import { type RunAs } from '../../../src/runner/run-as.ts';

/** A user of this test process's own: what is ended and removed by user is then nobody else's. Numbers need no entry anywhere. */
export const OTHER_USER: RunAs = ownUser();

function ownUser(): RunAs {
  const uid = 60_000 + (process.pid % 5_000);
  return { name: String(uid), uid, gid: uid };
}

/** Only root may become another user: elsewhere tests of that are skipped; CI runs as root. */
export function mayBecomeOthers(): boolean {
  if (process.getuid?.() === 0) return true;
  if (process.env['BENCHWRIGHT_REQUIRE_ALL'] === '1') throw new Error('only root may become another user: run as root');
  process.stderr.write('tests that become another user are skipped: they need root\n');
  return false;
}
