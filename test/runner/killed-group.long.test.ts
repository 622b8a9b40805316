import { afterEach, describe, it } from 'vitest';
import { temporaryFolder } from './support/fixture-trial.ts';
import { killInWindow } from './support/kill-in-window.ts';
import { expectNothingOpen } from './support/nothing-left.ts';

describe('a runner that is killed in the window of a trial', () => {
  afterEach(expectNothingOpen);

  it('with its whole process group leaves nothing of a server that ignores SIGTERM either', async () => {
    using folder = temporaryFolder();
    await killInWindow('stubborn', folder.path, true);
  });
});
