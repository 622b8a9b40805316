import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadResultSchema } from '../../src/core/load-result.ts';
import { startNullServer } from '../../src/load/null-server.ts';
import { OK_ANSWER, startScriptedServer } from '../load/scripted-server.ts';
import { ended, runCli, startCli } from './run-cli.ts';

const short = ['--duration', '0.3', '--warmup', '0.1'];

describe('benchwright load', () => {
  it('prints figures that end with the trust line', async () => {
    const server = await startNullServer();
    const run = await runCli(['load', `http://127.0.0.1:${server.port}/`, '--connections', '4', ...short]);
    await server.close();
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/4 connections, closed loop/);
    expect(run.stdout.trim().split('\n').at(-1)).toMatch(/^Trust: (yes|in part|no)\. /);
    expect(run.stderr).toBe('');
  });

  it('is one JSON document with --json, for users too', async () => {
    const server = await startNullServer();
    const users = ['--users', '5', '--think-time', '0.01-0.03', '--ramp', '100', '--rehearsal', '0'];
    const run = await runCli(['load', `http://127.0.0.1:${server.port}/`, ...users, ...short, '--json']);
    await server.close();
    const result = loadResultSchema.parse(JSON.parse(run.stdout));
    expect([result.model, result.users, result.failed.connect]).toEqual(['users', 5, 0]);
    expect(result.ok).toBeGreaterThan(10);
  });

  it('prints what was measured when it is interrupted, and exits with 130', async () => {
    const busy = Promise.withResolvers<void>();
    await using server = await startScriptedServer((socket, n) => {
      socket.write(OK_ANSWER);
      if (n === 500) busy.resolve();
    });
    const child = startCli(['load', `http://127.0.0.1:${server.port}/`, '--warmup', '0', '--duration', '60']);
    const run = ended(child);
    await busy.promise;
    child.kill('SIGINT');
    const { code, stdout } = await run;
    expect(code).toBe(130);
    expect(stdout).toMatch(/in the window: [\d,]+ ok, 0 failed/);
    expect(stdout).toMatch(/^Trust: /m);
  });

  it('names everything that is wrong at once, a line each', async () => {
    const wrong = ['--users', 'ten', '--think-time', '-1', '--duration', '0', '--connections', '3', '--seed', '-4'];
    const run = await runCli(['load', 'ftp://example.org/', ...wrong]);
    expect(run.code).toBe(2);
    const [head, ...lines] = run.stderr.trim().split('\n');
    expect(head).toBe('benchwright: the load has 6 problems');
    const flags = lines.map((line) => /^ {2}([^:]+): /.exec(line)?.[1]);
    expect(new Set(flags)).toEqual(
      new Set(['--connections', '--duration', '--seed', '--think-time', '--users', 'URL']),
    );
    expect(flags).toHaveLength(6);
    expect(run.stdout).toBe('');
  });

  it('puts each of several problems into the document of --json', async () => {
    const run = await runCli(['load', 'http://127.0.0.1:1/', '--rate', '0', '--seed', '-4', '--json']);
    const { errors } = JSON.parse(run.stdout) as { errors: { where: string }[] };
    expect(errors.map(({ where }) => where)).toEqual(['--rate', '--seed']);
    expect(run.code).toBe(2);
  });

  it('says a note on stderr, so that it stands in no document', async () => {
    const server = await startNullServer();
    const threads = availableParallelism() + 1;
    const run = await runCli([
      'load',
      `http://127.0.0.1:${server.port}/`,
      '--threads',
      String(threads),
      ...short,
      '--rehearsal',
      '0',
      '--json',
    ]);
    await server.close();
    expect(run.stderr).toMatch(new RegExp(`^note: ${threads} threads on ${threads - 1} cores? take turns`));
    expect(loadResultSchema.parse(JSON.parse(run.stdout)).threads).toBe(threads);
  });

  it.each([
    [['load', 'http://127.0.0.1:1/'], /no connection to 127\.0\.0\.1:1: nothing listens there/],
    [['load', 'http://no-such-host.invalid/'], /no-such-host\.invalid/],
    [['load', 'not a url'], /expected one like http/],
    [['load', 'http://127.0.0.1:1/', '--rate', '0'], /--rate: expected requests\/s above 0/],
    [['load', 'http://127.0.0.1:1/', '--rates', '100'], /unknown option '--rates'/],
    [['load', 'http://127.0.0.1:1/', '--think-time', '1'], /belongs to --users/],
    [['load'], /missing required argument 'url'/],
  ])('refuses %j before any load', async (args, says) => {
    const run = await runCli(args);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(says);
  });
});
