import { afterEach, describe, expect, it } from 'vitest';
import { expectNothingOpen } from './support/nothing-left.ts';
import { fixtureSpec, problem, type Script } from './support/scripted-service.ts';
import { callsOf, run, withService } from './support/with-service.ts';

describe('a runner and its service', () => {
  afterEach(expectNothingOpen);

  it('runs again what the service says is missing', async () => {
    let asked = 0;
    const script: Script = ({ call }) => {
      if (call !== 'finish') return null;
      asked += 1;
      const missing = [{ cell: 'answers-wrong.w1.c2', block: 1 }];
      return asked === 1 ? { ...problem(409, 'trials-missing', { missing }), headers: {} } : null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await run(given);
      const first = given.service.received.filter((each) => each.call === 'put' && each.path.endsWith('/1/1'));
      expect(first).toHaveLength(2);
      expect(given.service.ended()).toMatchObject({ blocks: expect.any(Number) });
    });
  });

  it.each([
    ['unauthorized', 401, 'key-refused'],
    ['forbidden', 403, 'key-refused'],
    ['runner-outdated', 426, 'outdated'],
  ])('ends with one clear error when the service says %s', async (code, status, expected) => {
    const script: Script = ({ call }) => (call === 'sessions' ? problem(status, code) : null);
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: expected });
      expect(callsOf(given.service)).toEqual(['sessions']);
    });
  });

  it.each([
    ['not-found', 404, 'no-service-there', /has no place for runners \(not-found: .*is the path of --url .* right\?$/],
    ['body-too-large', 413, 'not-understood', /does not understand .*\(body-too-large: .*same version\?$/],
    ['invalid-request', 422, 'not-understood', /does not understand .*\(invalid-request: .*same version\?$/],
  ])('ends with one line that says what to look at when its session is answered %s', async (code, status, is, says) => {
    const script: Script = ({ call }) => (call === 'sessions' ? problem(status, code) : null);
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      const message = expect.stringMatching(says);
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: is, message });
      expect(callsOf(given.service)).toEqual(['sessions']);
    });
  });

  it('ends with such a line also when its claim is answered so', async () => {
    const script: Script = ({ call }) => (call === 'claims' ? problem(422, 'invalid-request') : null);
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: 'not-understood' });
      expect(callsOf(given.service)).toEqual(['sessions', 'claims']);
    });
  });

  it('opens another session when the service does not know its own, after a pause', async () => {
    const sessions: number[] = [];
    const script: Script = ({ call }) => {
      if (call === 'sessions') sessions.push(performance.now());
      return call === 'claims' && sessions.length < 3 ? problem(404, 'not-found') : null;
    };
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await run(given);
      expect(sessions).toHaveLength(3);
      const [first = 0, second = 0, third = 0] = sessions;
      expect(Math.min(second - first, third - second)).toBeGreaterThan(990);
      expect(given.service.stored.size).toBe(1);
    });
  });

  it('ends when a newer session of the same host took over', async () => {
    const script: Script = ({ call }) => (call === 'claims' ? problem(409, 'session-superseded') : null);
    await withService(fixtureSpec(['answers-wrong']), script, async (given) => {
      await expect(run(given)).rejects.toMatchObject({ name: 'RunnerError', code: 'superseded' });
    });
  });

  it('opens another session when the service does not know the one it has, and names its runner in each claim', async () => {
    const claims: unknown[] = [];
    const script: Script = ({ call, body }) => {
      if (call !== 'claims') return null;
      claims.push(body['runner_id']);
      return claims.length === 1 ? problem(404, 'not-found') : null;
    };
    await withService(fixtureSpec(['answers-500']), script, async (given) => {
      await run(given);
      expect(callsOf(given.service).slice(0, 4)).toEqual(['sessions', 'claims', 'sessions', 'claims']);
      expect(claims).toEqual(['rnr_1', 'rnr_1']);
      expect(given.service.stored.size).toBe(1);
    });
  });

  it('repeats a claim whose answer was lost under the same key, and waits as long as it is told', async () => {
    const keys: unknown[] = [];
    const script: Script = ({ call, body }) => {
      if (call !== 'claims') return null;
      keys.push(body['claim_key']);
      if (keys.length === 1) return { status: 0, hangUp: true };
      return keys.length === 2 ? { status: 204, headers: { 'Retry-After': '0.1' } } : null;
    };
    await withService(fixtureSpec(['answers-500']), script, async (given) => {
      await run(given);
      expect(keys).toHaveLength(3);
      expect(new Set(keys).size).toBe(1);
    });
  });

  it('refuses a data folder that another runner holds, naming it and the remedy', async () => {
    const waiting: Script = ({ call }) =>
      call === 'claims' ? { status: 204, headers: { 'Retry-After': '0.1' } } : null;
    await withService(fixtureSpec(['answers-wrong']), waiting, async (given) => {
      const stop = new AbortController();
      const opened = Promise.withResolvers<void>();
      const first = run({ ...given, options: { signal: stop.signal, onEvent: () => opened.resolve() } });
      await opened.promise;
      await expect(run(given)).rejects.toMatchObject({
        code: 'data-dir-in-use',
        message: expect.stringMatching(new RegExp(`process ${process.pid}.*--data-dir`)),
      });
      stop.abort();
      await first;
    });
  });
});
