import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Came, githubSignature } from '../api/hook-senders.ts';
import { ended, runCli, startCli, untilSaid } from '../cli/run-cli.ts';
import { githubPullRequest, type PullRequestEvent } from '../fixtures/github-events.ts';

/** What a maintainer starts and sets, by its commands, and what GitHub sends. */

export const REPO = 'acme/shop';
export const BASE_URL = 'https://bench.example.com';
export const TOKEN = 'ghp_of_the_test';

export type Env = Readonly<Record<'BENCHWRIGHT_URL' | 'BENCHWRIGHT_KEY', string>>;

export async function startService(folder: string): Promise<{ env: Env; stop(): Promise<void> }> {
  const args = ['serve', '--json', '--port', '0', '--data-dir', join(folder, 'data'), '--base-url', BASE_URL];
  // A canceled experiment is told to its runner with the next beat.
  const child = startCli([...args, '--heartbeat', '1', '--allow-insecure-webhooks']);
  const closed = ended(child);
  const [line] = await untilSaid(child, /^\{.*\}$/m);
  const { url, operator_key } = JSON.parse(line) as { url: string; operator_key: string };
  const stop = async () => {
    child.kill('SIGTERM');
    const { code, stderr } = await closed;
    expect(code, stderr).toBe(0);
    for (const secret of [TOKEN, operator_key, 'whsec_']) expect(stderr).not.toContain(secret);
  };
  return { env: { BENCHWRIGHT_URL: url, BENCHWRIGHT_KEY: operator_key }, stop };
}

export async function made<T>(args: readonly string[], env: Env): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], { env });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** A hook as a maintainer makes it, whose GitHub is the one of the test. */
export async function makeHook(folder: string, env: Env, template: Record<string, unknown>, api_url: string) {
  const [templateFile, tokenFile] = ['template.json', 'token'].map((name) => join(folder, name));
  writeFileSync(templateFile ?? '', JSON.stringify(template));
  writeFileSync(tokenFile ?? '', `${TOKEN}\n`);
  const to = ['--repo', REPO, '--api-url', api_url, '--token-file', tokenFile ?? '', '--template', templateFile ?? ''];
  return made<{ id: string; path: string; secret: string }>(['hooks', 'create', 'ci', ...to], env);
}

let deliveries = 0;

export async function deliver(url: string, secret: string, changes: PullRequestEvent): Promise<Came> {
  const body = JSON.stringify(githubPullRequest({ repo: REPO, ...changes }));
  deliveries += 1;
  const headers = {
    'Content-Type': 'application/json',
    'X-GitHub-Event': 'pull_request',
    'X-GitHub-Delivery': `delivery-${deliveries}`,
    'X-Hub-Signature-256': githubSignature(secret, body),
  };
  const answer = await fetch(url, { method: 'POST', headers, body });
  expect(answer.status).toBe(202);
  return (await answer.json()) as Came;
}

interface RunnerOrder {
  readonly folder: string;
  readonly targets: string;
  readonly env: Env;
  readonly as: string | null;
}

export async function startRunner({ folder, targets, env, as }: RunnerOrder): Promise<{ stop(): Promise<void> }> {
  const args = ['runner', '--targets', targets, '--data-dir', join(folder, 'runner')];
  const child = startCli([...args, ...(as === null ? [] : ['--run-as', as])], {
    env: { ...env, BENCHWRIGHT_LOG_LEVEL: 'debug' },
    cwd: folder,
  });
  const closed = ended(child);
  await untilSaid(child, /session-opened/);
  return {
    stop: async () => {
      child.kill('SIGTERM');
      const { code, stderr } = await closed;
      expect(code, stderr).toBe(0);
      expect(stderr).not.toContain(env.BENCHWRIGHT_KEY);
    },
  };
}
