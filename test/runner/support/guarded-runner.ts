/**
 * What of a runner its guardian sees, as a process that a test can kill: `{owner, folder, file, contained}` or
 * `{owner, folder, install}` as its argument. Says on standard output what it has started, then what a runner logs; ends in order when told on standard input.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startGuardian } from '../../../src/runner/guardian/guardian.ts';
import { newTrialId } from '../../../src/runner/leftovers.ts';
import { freePort } from '../../../src/runner/ports.ts';
import { startServer } from '../../../src/runner/process.ts';
import { runCommand } from '../../../src/runner/provision/run-command.ts';
import { waitReady } from '../../../src/runner/ready.ts';
import { serverEnvironment } from '../../../src/runner/server-environment.ts';

export interface GuardedRunner {
  readonly owner: string;
  readonly folder: string;
  /** A server of the fixture; its control group is left out with `contained: false`. */
  readonly file?: string;
  readonly contained?: boolean;
  /** An installer's command. */
  readonly install?: readonly string[];
}

const FIXTURE = fileURLToPath(new URL('../fixtures/targets/fixture', import.meta.url));
const { owner, folder, file, contained, install } = JSON.parse(process.argv[2] ?? '') as GuardedRunner;
const { signal } = new AbortController();
const guardian = startGuardian({ owner, cpus: [], about: folder, log: { warn: (_, said) => console.log(said) } });
if (install !== undefined) {
  const running = runCommand(install, { cwd: folder, temporary: folder, guardian }, signal);
  console.log('{}');
  await running;
} else if (file !== undefined) {
  const trialId = newTrialId(owner);
  const home = join(folder, 'trial');
  mkdirSync(home);
  const guarded = guardian.watch({ id: trialId, folder: home });
  const port = await freePort();
  const server = await startServer({
    argv: ['node', file, String(port), '1'],
    cwd: FIXTURE,
    env: serverEnvironment({ trialId, env: {}, home, bin: [] }),
    cpus: [],
    port,
    trialId,
    guarded,
    contained,
  });
  await waitReady(server, '/test', 10, signal);
  console.log(JSON.stringify({ port, home }));
  process.stdin.once('data', () => {
    void server.stop(5000).then(async () => {
      guarded.release();
      await guardian[Symbol.asyncDispose]();
      process.stdin.destroy();
      return undefined;
    });
  });
}
