import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from './support/fixture-trial.ts';
import { jobOf, killInWindow, startRunner } from './support/kill-in-window.ts';
import { expectNothingLeft, expectNothingOpen } from './support/nothing-left.ts';
import { scriptedService } from './support/scripted-service.ts';

describe('a runner that is killed in the window of a trial', () => {
  afterEach(expectNothingOpen);

  it('leaves nothing of a server that forks away, of generator and guardian; the next one resumes', async () => {
    using folder = temporaryFolder();
    await killInWindow('forks-away', folder.path, false);

    const { spec, job } = jobOf('forks-away', 1);
    const service = await scriptedService(spec, ({ call }) => (call === 'claims' ? { status: 200, body: job } : null));
    try {
      const runner = startRunner(service, folder.path);
      expect(await once(runner, 'exit')).toEqual([0, null]);
      expect(service.stored.get('1/1/answers-wrong.w1.c4')?.failure).toMatchObject({ reason: 'contract-mismatch' });
      expect(service.stored.get('1/1/forks-away.w1.c4')).toMatchObject({ state: 'ok' });
      // The one was sent from the spool, the other was run: none twice. (One that the engine does not vouch for has a second run.)
      const firstRuns = service.received.filter(
        ({ call, body }) => call === 'put' && (body as { run: number }).run === 1,
      );
      expect(firstRuns).toHaveLength(2);
      expectNothingLeft(folder.path);
      expect(existsSync(join(folder.path, 'runner.lock'))).toBe(false);
    } finally {
      await service.close();
    }
  });

  it('with its whole process group leaves nothing of a server that ignores SIGTERM either', async () => {
    using folder = temporaryFolder();
    await killInWindow('stubborn', folder.path, true);
  });
});
