import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Backoff, Pace } from '../../../src/runner/backoff.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { type Answer, claimedJob, fixtureSpec, problem, type Script } from '../support/scripted-service.ts';
import { keptLog } from '../support/silent-log.ts';
import { callsOf, run, usual, withService } from '../support/with-service.ts';

const CELL = 'answers-wrong.w1.c2';
const SPEC = fixtureSpec(['answers-wrong'], { repetitions: 3 });

/** The first so many uploads are answered so. */
function refusing(times: number, answer: Answer): Script {
  let refused = 0;
  return ({ call }) => {
    if (call !== 'put' || refused === times) return null;
    refused += 1;
    return answer;
  };
}

describe('rule 7: the runner acts on the code of a problem, and what is down for the moment does not stop its measuring', () => {
  afterEach(() => expectNothingLeft());

  it.each<[string, Answer]>([
    ['no answer', { status: 0, hangUp: true }],
    ['408 of a proxy', { status: 408, body: 'Request Timeout' }],
    ['425', { status: 425, body: '' }],
    ['429', { ...problem(429, 'rate-limited'), headers: { 'Retry-After': '0' } }],
    ['500', problem(500, 'internal')],
    ['502 of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['503', problem(503, 'database-unavailable')],
    ['a damaged body', problem(400, 'digest-mismatch')],
  ])('%s: measures on, and sends all of it when it is taken again', async (_, answer) => {
    await withService(SPEC, refusing(2, answer), async (given) => {
      await run(given);
      expect([...given.service.stored.keys()].sort()).toEqual([1, 2, 3].map((block) => `${block}/1/${CELL}`));
      expect(given.service.ended()).toMatchObject({ blocks: 3 });
      expect(readdirSync(join(given.folder, 'spool'))).toEqual([]);
    });
  });

  it.each<[string, Answer]>([
    ['not JSON', { status: 200, body: 'a page of a captive portal' }],
    ['JSON of something else', { status: 200, body: { hello: 'world' } }],
  ])('an answer to a claim that is %s is asked for again, under the same key', async (_, answer) => {
    const keys: unknown[] = [];
    const script: Script = ({ call, body }) => {
      if (call !== 'claims') return null;
      keys.push(body['claim_key']);
      return keys.length === 1 ? answer : null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await run(given);
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
      expect(given.service.stored.size).toBe(1);
    });
  });

  it.each([
    [400, 'malformed-body'],
    [413, 'body-too-large'],
    [415, 'unsupported-media-type'],
    [422, 'invalid-request'],
  ])(
    '%i is a fault of the program: the trial is recorded as upload-rejected, and the matrix goes on',
    async (status, code) => {
      const script: Script = ({ call, path, body }) => {
        const isShort = (body['failure'] as { reason?: string } | null)?.reason === 'upload-rejected';
        return call === 'put' && path.endsWith('/1/1') && !isShort ? problem(status, code) : null;
      };
      await withService(fixtureSpec(['answers-wrong'], { repetitions: 2 }), script, async (given) => {
        await run(given);
        expect(given.service.stored.get(`1/1/${CELL}`)?.failure?.reason).toBe('upload-rejected');
        expect(given.service.stored.get(`2/1/${CELL}`)?.failure?.reason).toBe('contract-mismatch');
      });
    },
  );

  it.each(['lease-lost', 'job-gone'])('%s: the job is abandoned, whoever hears of it first', async (code) => {
    const script: Script = ({ call }) => (call === 'heartbeat' ? problem(code === 'job-gone' ? 410 : 409, code) : null);
    await withService(fixtureSpec(['good'], { window_s: 60 }), script, async (given) => {
      await run(given);
      expect(callsOf(given.service)).not.toContain('finish');
      expect(callsOf(given.service)).not.toContain('release');
    });
  });

  it.each([
    ['unauthorized', 401, 'key-refused'],
    ['forbidden', 403, 'key-refused'],
    ['runner-outdated', 426, 'outdated'],
  ])('%s: nothing is asked any more, and what was measured stays in the spool', async (code, status, expected) => {
    await withService(SPEC, refusing(Infinity, problem(status, code)), async (given) => {
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: expected });
      expect(callsOf(given.service).findLast((call) => call !== 'heartbeat')).toBe('put');
      expect(readdirSync(join(given.folder, 'spool', 'job_1.1'))).toEqual([`1.1.${CELL}.json`]);
    });
  });

  it('a session that is superseded by its own request, which came late, is opened once more', async () => {
    let [sessions, claims] = [0, 0];
    const script: Script = ({ call }) => {
      if (call === 'sessions') sessions += 1;
      if (call === 'sessions' && sessions === 1) return { status: 0, hangUp: true };
      if (call === 'claims') claims += 1;
      return call === 'claims' && claims === 1 ? problem(409, 'session-superseded') : null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await run(given);
      expect(sessions).toBe(3);
      expect(given.service.stored.size).toBe(1);
    });
  });

  it('with --once a service that never answers is given up with one line that says what to look at', async () => {
    const nobody = createServer();
    nobody.listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    await withService(SPEC, usual, async (given) => {
      const running = run({ ...given, options: { url: `http://127.0.0.1:${port}`, patienceS: 0.5 } });
      await expect(running).rejects.toMatchObject({
        code: 'service-unreachable',
        message: expect.stringMatching(
          /^No service answered at http:\S+ within 0\.5 s .*is --url or BENCHWRIGHT_URL right\?$/,
        ),
      });
    });
  });

  it('without --once it keeps trying, and begins when the service is there', async () => {
    let refused = 0;
    const script: Script = ({ call }) => {
      if (call !== 'sessions' || refused === 3) return null;
      refused += 1;
      return { status: 503, body: 'starting' };
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      const stop = new AbortController();
      const log = keptLog();
      await run({
        ...given,
        options: {
          once: false,
          log,
          signal: stop.signal,
          onEvent: (event) => event.type === 'job-ended' && stop.abort(),
        },
      });
      expect(log.lines.filter((line) => line.startsWith('the service did not answer'))).toHaveLength(3);
      expect(given.service.stored.size).toBe(1);
    });
  });

  it('past the deadline it does not try for ever: what was measured stays for the next start', async () => {
    const spec = fixtureSpec(['answers-wrong']);
    const job = claimedJob(spec, { deadline_in_s: 2 });
    const script: Script = ({ call }) => {
      if (call === 'claims') return { status: 200, body: job };
      return call === 'put' || call === 'finish' ? { status: 503, body: '' } : null;
    };
    await withService(spec, script, async (given) => {
      await run(given);
      expect(given.service.ended()).toBeNull();
      expect(readdirSync(join(given.folder, 'spool', 'job_1.1'))).toEqual([`1.1.${CELL}.json`]);
    });
  });
});

describe('rule 7: the pause after an upload that failed', () => {
  it('is as long as the service asked for, and over at once when an upload has worked', () => {
    const pace = new Pace(new Backoff(() => 0));
    expect(pace.isDue).toBe(true);
    pace.failed(60);
    expect(pace.isDue).toBe(false);
    const hurried = new Pace(new Backoff(() => 0));
    hurried.failed(null);
    expect(hurried.isDue).toBe(true);
  });
});
