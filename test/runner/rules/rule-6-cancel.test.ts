import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FIXTURES, temporaryFolder } from '../support/fixture-trial.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { fixtureSpec, problem, type Received, type Script, scriptedService } from '../support/scripted-service.ts';
import { spooledResult } from '../support/spooled-result.ts';
import { run } from '../support/with-service.ts';

const CANCELING = { status: 200, body: {}, headers: { 'Job-Status': 'canceling' } };
/** Quick beats: each phase is told of while it lasts. */
const SESSION = {
  runner_id: 'rnr_1',
  session_id: 'ses_1',
  poll_s: 0.05,
  heartbeat_s: 0.01,
  lease_s: 90,
  wait_max_s: 0.2,
};

const phaseOf = ({ body }: Received): unknown => (body['progress'] as { phase: string | null } | undefined)?.phase;
const inPhase =
  (phase: string) =>
  (received: Received): boolean =>
    phaseOf(received) === phase;

interface Canceled {
  readonly ended: unknown;
  readonly stored: number;
  /** What was said after the start, but for heartbeats. */
  readonly said: string[];
  /** Files of trials and spool. */
  readonly left: string[];
}

interface CancelOptions {
  readonly server?: string;
  readonly targets?: string;
  /** What the spool holds of the job when it is claimed, by block. */
  readonly spooled?: readonly (string | Buffer)[];
  /** How some calls are answered, whatever the job's state. */
  readonly answer?: Script;
}

/** A run that is told of a cancel by the first answer for which `when` holds. */
async function canceledWhen(
  when: (received: Received) => boolean,
  { server = 'good', targets = FIXTURES, spooled = [], answer = () => null }: CancelOptions = {},
): Promise<Canceled> {
  const folder = mkdtempSync(join(tmpdir(), 'benchwright-test-'));
  if (spooled.length > 0) mkdirSync(join(folder, 'spool', 'job_1.1'), { recursive: true });
  for (const [i, text] of spooled.entries())
    writeFileSync(join(folder, 'spool', 'job_1.1', `${i + 1}.1.${server}.w1.c2.json`), text);
  let isCanceled = false;
  const script: Script = (received) => {
    if (received.call === 'sessions') return { status: 200, body: SESSION };
    if (received.call === 'finish' || received.call === 'claims') return null;
    isCanceled ||= when(received);
    return answer(received) ?? (isCanceled && received.call !== 'put' ? CANCELING : null);
  };
  const service = await scriptedService(fixtureSpec([server], { repetitions: 3, warmup_s: 0.5 }), script);
  try {
    await run({ service, folder, options: { targetsDirs: [targets] } });
    const calls = service.received.map((each) => each.call).filter((call) => call !== 'heartbeat');
    const left = ['trials', 'spool'].flatMap((name) => readdirSync(join(folder, name)));
    return { ended: service.ended(), stored: service.stored.size, said: calls.slice(3), left };
  } finally {
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ENDED = { outcome: 'canceled', reason: 'canceled', blocks: 0 };
const AT_ONCE = { ended: ENDED, stored: 0, said: ['finish'], left: [] };

describe('rule 6: a cancel stops generator and server, and ends the job, in whatever phase it comes', () => {
  afterEach(() => expectNothingLeft());

  it('at its start', async () => {
    expect(await canceledWhen((received) => received.call === 'start')).toEqual(AT_ONCE);
  });

  it('with a backlog: all of it is sent, which may take longer than a goodbye, and then the end is told', async () => {
    const spooled = [1, 2].map((block) => spooledResult('good.w1.c2', block));
    const slow: Script = ({ call }) =>
      call === 'put' ? { status: 201, body: {}, headers: { 'Job-Status': 'canceling' }, after: delay(1_400) } : null;
    const canceled = await canceledWhen(({ call }) => call === 'start', { spooled, answer: slow });
    expect(canceled).toMatchObject({ ended: ENDED, said: ['put', 'put', 'finish'], left: [] });
  });

  it('before it looked into its spool, where a result is damaged: that is given up, and the end is told', async () => {
    const answer: Script = ({ call }) => {
      if (call === 'start') return problem(503, 'database-unavailable');
      return call === 'put' ? problem(400, 'malformed-body') : null;
    };
    const canceled = await canceledWhen(({ call }) => call === 'heartbeat', { spooled: ['\0\0\0', '{"half'], answer });
    expect(canceled).toMatchObject({ ended: ENDED, stored: 0, left: [] });
    expect(canceled.said.filter((call) => call !== 'start')).toEqual(['put', 'put', 'finish']);
  });

  it('while its targets are installed', async () => {
    using folder = temporaryFolder();
    cpSync(FIXTURES, folder.path, { recursive: true });
    // With a lock file, if an empty one, npm is run: that takes a moment.
    const target = join(folder.path, 'fixture');
    appendFileSync(join(target, 'target.yaml'), 'lock: package-lock.json\n');
    const self = { name: 'fixture', version: '1.0.0' };
    writeFileSync(join(target, 'package.json'), JSON.stringify({ ...self, type: 'module' }));
    writeFileSync(
      join(target, 'package-lock.json'),
      JSON.stringify({ ...self, lockfileVersion: 3, packages: { '': self } }),
    );
    expect(await canceledWhen(inPhase('provisioning'), { targets: folder.path })).toEqual(AT_ONCE);
  });

  // Side by side: nothing is measured here, and most of these runs begin with a probe of 3 s and a floor of 2.
  it('in the probe, in the floor, and in each step of a trial', async () => {
    const phases = ['probe', 'floor', 'contract', 'warmup', 'window'];
    const whole = Promise.all(phases.map((phase) => canceledWhen(inPhase(phase))));
    const hanging = canceledWhen(inPhase('ready'), { server: 'never-listens' });
    const stopping = canceledWhen(inPhase('stop'));
    expect(await whole).toEqual(phases.map(() => AT_ONCE));
    expect(await hanging).toEqual(AT_ONCE);
    // The trial is over by then, and sent, or not.
    const { ended, stored, said, left } = await stopping;
    expect({ ended, left, last: said.at(-1) }).toEqual({ ended: ENDED, left: [], last: 'finish' });
    expect(said.filter((call) => call === 'put')).toHaveLength(stored);
  });

  it('with an upload: what was measured is kept, and nothing more is measured', async () => {
    const when = (received: Received) => received.call === 'put';
    const canceled = await canceledWhen(when, { server: 'answers-wrong' });
    expect(canceled).toEqual({ ended: ENDED, stored: 1, said: ['put', 'finish'], left: [] });
  });
});
