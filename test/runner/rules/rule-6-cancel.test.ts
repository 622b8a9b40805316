import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startedProcesses } from '../support/nothing-left.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { fixtureSpec, type Received, type Script, scriptedService } from '../support/scripted-service.ts';
import { run } from '../support/with-service.ts';

const CANCELING = { status: 200, body: {}, headers: { 'Job-Status': 'canceling' } };
/** Quick beats: each phase is told of while it lasts. */
const SESSION = { runner_id: 'rnr_1', session_id: 'ses_1', poll_s: 0.05, heartbeat_s: 0.01, lease_s: 90, wait_max_s: 0.2 };

const phaseOf = ({ body }: Received): unknown => (body['progress'] as { phase: string | null } | undefined)?.phase;

interface Canceled {
  readonly ended: unknown;
  readonly stored: number;
  readonly afterwards: string[];
  readonly left: string[];
}

/** A run that is told of a cancel by the first answer for which `when` holds. */
async function canceledWhen(when: (received: Received) => boolean, server = 'good'): Promise<Canceled> {
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-test-'));
  let isCanceled = false;
  const script: Script = (received) => {
    if (received.call === 'sessions') return { status: 200, body: SESSION };
    if (received.call === 'finish' || received.call === 'claims') return null;
    isCanceled ||= when(received);
    return isCanceled && received.call !== 'put' ? CANCELING : null;
  };
  const service = await scriptedService(fixtureSpec([server], { repetitions: 3, warmup_s: 0.5 }), script);
  try {
    await run({ service, folder });
    const calls = service.received.map((each) => each.call).filter((call) => call !== 'heartbeat');
    const left = ['trials', 'spool'].flatMap((name) => readdirSync(join(folder, name)));
    return { ended: service.ended(), stored: service.stored.size, afterwards: calls.slice(3), left };
  } finally {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ENDED = { outcome: 'canceled', reason: 'canceled', blocks: 0 };

describe('rule 6: a cancel stops generator and server, and ends the job, in whatever phase it comes', () => {
  afterEach(() => expectNothingLeft());

  it.each([
    ['start', (received: Received) => received.call === 'start', 'good'],
    ['provisioning', (received: Received) => phaseOf(received) === 'provisioning', 'good'],
    ['probe', (received: Received) => phaseOf(received) === 'probe', 'good'],
  ] as const)('before any trial: %s', async (_, when, server) => {
    const { ended, stored, afterwards, left } = await canceledWhen(when, server);
    expect({ ended, stored, afterwards, left }).toEqual({ ended: ENDED, stored: 0, afterwards: ['finish'], left: [] });
  });

  // Side by side: nothing is measured here, and each run begins with a probe of 3 s.
  it('in the floor and in each step of a trial', async () => {
    const phases = ['floor', 'ready', 'contract', 'warmup', 'window', 'stop'];
    const runs = await Promise.all(phases.map((phase) => canceledWhen((received) => phaseOf(received) === phase)));
    for (const [i, { ended, stored, afterwards, left }] of runs.entries())
      expect({ phase: phases[i], ended, stored, afterwards, left }).toEqual({
        ...{ phase: phases[i], ended: ENDED, stored: 0, afterwards: ['finish'], left: [] },
      });
    expect(startedProcesses()).toEqual([]);
  });

  it('while a server hangs before it is ready, without waiting for its time to be over', async () => {
    const { ended, stored } = await canceledWhen((received) => phaseOf(received) === 'ready', 'never-listens');
    expect({ ended, stored }).toEqual({ ended: ENDED, stored: 0 });
  });

  it('with an upload: what was measured is kept, and nothing more is measured', async () => {
    const { ended, stored, left } = await canceledWhen((received) => received.call === 'put', 'answers-wrong');
    expect({ ended, stored, left }).toEqual({ ended: ENDED, stored: 1, left: [] });
  });
});
