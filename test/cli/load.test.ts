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
    const users = ['--users', '5', '--think-time', '0.01-0.03', '--ramp', '100'];
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

  it('names everything that is wrong at once', async () => {
    const wrong = ['--users', 'ten', '--think-time', '-1', '--duration', '0', '--connections', '3', '--seed', '-4'];
    const run = await runCli(['load', 'https://example.org/', ...wrong]);
    expect(run.code).toBe(2);
    for (const flag of ['URL', '--users', '--think-time', '--duration', '--connections', '--seed']) {
      expect(run.stderr).toContain(flag);
    }
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stdout).toBe('');
  });

  it.each([
    [['load', 'http://127.0.0.1:1/'], /no connection to 127\.0\.0\.1:1: nothing listens there/],
    [['load', 'http://no-such-host.invalid/'], /no-such-host\.invalid/],
    [['load', 'not a url'], /expected one like http/],
    [['load', 'http://127.0.0.1:1/', '--rate', '100'], /unknown option '--rate'/],
    [['load', 'http://127.0.0.1:1/', '--think-time', '1'], /belongs to --users/],
    [['load'], /missing required argument 'url'/],
  ])('refuses %j before any load', async (args, says) => {
    const run = await runCli(args);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(says);
  });
});
