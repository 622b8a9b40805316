import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { runCli, type CliRun } from '../cli/run-cli.ts';
import {
  type Contexts,
  filledIn,
  isMet,
  parseGitlabJobs,
  parseWorkflow,
  type WorkflowStep,
  workflowSteps,
} from '../fixtures/ci-files.ts';
import { docBlocks, fileOf } from '../fixtures/doc-blocks.ts';
import { type CiWorld, startCiWorld } from './ci-world.ts';

const blocks = docBlocks('docs/ci.md');

let world: CiWorld;
/** The checkout that a job of CI begins with. */
let checkout = '';
beforeAll(async () => {
  world = await startCiWorld();
  checkout = join(world.folder, 'checkout');
  const files = {
    'ci/gate.yaml': stringify({ ...(parse(fileOf(blocks, 'ci/gate.yaml')) as object), ...SHORTER }),
    'ci/gate.sh': fileOf(blocks, 'ci/gate.sh'),
    'package.json': readFileSync(join(world.folder, 'shop/package.json'), 'utf8'),
    'package-lock.json': readFileSync(join(world.folder, 'shop/package-lock.json'), 'utf8'),
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
  }
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

/** Of the page's spec everything but its length: six trials of a second. */
const SHORTER = { repetitions: 3, warmup_s: 0.5, window_s: 1 };

type Env = Readonly<Record<string, string>>;

/** A host that is too busy to tell leaves a gate inconclusive, which ends with 0 and is no failure: then it must say so. */
function expectSlower({ code, stdout, stderr }: CliRun): void {
  if (code === 0) expect(stdout, stderr).toMatch(/gate inconclusive|verdict: inconclusive/);
  else expect(code, stdout + stderr).toBe(3);
}

const secretly = () => ({ BENCHWRIGHT_URL: world.url, BENCHWRIGHT_KEY: world.key });

async function statusOf(id: string): Promise<{ status: string; verdict: string; labels: object }> {
  const headers = { Authorization: `Bearer ${world.key}` };
  return (await fetch(`${world.url}/v1/experiments/${id}`, { headers })).json() as ReturnType<typeof statusOf>;
}

describe('the workflow for GitHub Actions in docs/ci.md', () => {
  const workflow = parseWorkflow(fileOf(blocks, '.github/workflows/benchmark.yml'));
  const [job] = Object.values(workflow.jobs);

  const contextsOf = (head: string, run_id: string): Contexts => ({
    'github.event.pull_request.base.sha': world.commits['main'] ?? '',
    'github.event.pull_request.head.sha': world.commits[head] ?? '',
    'github.run_id': run_id,
    'github.run_attempt': '1',
    'secrets.BENCHWRIGHT_KEY': world.key,
    'vars.BENCHWRIGHT_URL': world.url,
    'steps.submit.outputs.id': '',
  });

  /** As GitHub runs one of no named shell: `bash -e`, with the environments of job and step and a file for outputs. */
  async function runStep({ run = '', env = {} }: WorkflowStep, contexts: Contexts): Promise<CliRun & { outputs: Env }> {
    const file = join(world.folder, 'github-output');
    writeFileSync(file, '');
    const filled = Object.entries({ ...job?.env, ...env }).map(([name, value]) => [name, filledIn(value, contexts)]);
    const options = {
      cwd: checkout,
      env: { ...Object.fromEntries(filled), GITHUB_OUTPUT: file },
      shell: ['bash', '-e'],
    };
    const done = await world.shell.run(filledIn(run, contexts), options);
    const outputs = [...readFileSync(file, 'utf8').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    return { ...done, outputs: Object.fromEntries(outputs) };
  }

  /** The steps that run something, until one fails; those with a condition are for a run that was cancelled. */
  async function runJob(contexts: Contexts, until?: string): Promise<{ last: CliRun; contexts: Contexts }> {
    let known = contexts;
    let last: CliRun = { code: 0, stdout: '', stderr: '' };
    for (const step of job?.steps ?? []) {
      if (step.run === undefined || (step.if !== undefined && !isMet(step.if, known))) continue;
      const { outputs, ...done } = await runStep(step, known);
      last = done;
      const named = Object.entries(outputs).map(([name, value]) => [`steps.${step.id}.outputs.${name}`, value]);
      known = { ...known, ...Object.fromEntries(named) };
      if (last.code !== 0 || (until !== undefined && step.name === until)) break;
    }
    return { last, contexts: known };
  }

  it('fails the job of a slower head with 3, and prints the gate', { timeout: 180_000 }, async () => {
    const { last } = await runJob(contextsOf('dearer', '1'));
    expectSlower(last);
    expect(last.stdout).toMatch(/^shop: head against base: gate (failed|inconclusive)/);
    expect(last.stdout).toContain('not-slower, expected throughput_rps worse by 3 % at most');
  });

  it('passes one that cannot be started, which is nothing to compare, and says why', { timeout: 180_000 }, async () => {
    const { last } = await runJob(contextsOf('broken', '2'));
    expect(last.code, last.stderr).toBe(0);
    expect(last.stdout).toContain('gate inconclusive, which is no failure');
    expect(last.stdout).toMatch(/3 trials not ok, head\.w1\.c16 first: /);
  });

  it('cancels the experiment of a run that is cancelled; the same attempt submits none twice', async () => {
    const { last, contexts } = await runJob(contextsOf('comment', '3'), 'Submit');
    expect(last.code, last.stderr).toBe(0);
    const id = contexts['steps.submit.outputs.id'] ?? '';
    const again = await runJob(contextsOf('comment', '3'), 'Submit');
    expect(again.contexts['steps.submit.outputs.id']).toBe(id);
    const step = job?.steps.find((each) => each.if !== undefined && isMet(each.if, contexts, true));
    const canceled = await runStep(step!, contexts);
    expect(canceled.code, canceled.stderr).toBe(0);
    const waited = await runCli(['wait', id], { env: secretly() });
    expect([waited.code, waited.stdout]).toEqual([4, `${id} canceled (canceled)\n`]);
  });

  it('has a step for curl that does the same', { timeout: 180_000 }, async () => {
    const block = blocks.find(
      ({ kind, path, under }) => kind === 'yaml' && path === null && under.includes('GitHub Actions'),
    );
    const [step] = workflowSteps.parse(parse(block?.text ?? ''));
    const done = await runStep(step!, contextsOf('dearer', '4'));
    expectSlower(done);
    const [, id = '', verdict] = /^(exp_\w+)\nsucceeded, verdict: (\w+)\n$/.exec(done.stdout) ?? [];
    expect(await statusOf(id)).toMatchObject({ status: 'succeeded', verdict });
  });
});

describe('the script for curl in docs/ci.md', () => {
  const script = (env: Env) => world.shell.run('sh ci/gate.sh', { cwd: checkout, env: { ...secretly(), ...env } });
  const shas = () => ({ BASE_SHA: world.commits['main'] ?? '', HEAD_SHA: world.commits['comment'] ?? '' });

  it('ends with 2 and says what is wrong, when the service refuses the spec or the key', async () => {
    const wrong = await script({ ...shas(), HEAD_SHA: '-x', ATTEMPT: '1' });
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('"code":"invalid-spec"');
    const refused = await script({ ...shas(), ATTEMPT: '2', BENCHWRIGHT_KEY: 'bw_user_x' });
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('"code":"unauthorized"');
  });

  it('ends with 5 when the service is not reached, and with 4 when the experiment was canceled', async () => {
    expect((await script({ ...shas(), ATTEMPT: '3', BENCHWRIGHT_URL: 'nowhere://x' })).code).toBe(5);
    const headers = { Authorization: `Bearer ${world.key}`, 'Content-Type': 'application/yaml' };
    const spec = readFileSync(join(checkout, 'ci/gate.yaml'), 'utf8');
    const { BASE_SHA, HEAD_SHA } = shas();
    const body = spec.replace('BASE_SHA', BASE_SHA).replace('HEAD_SHA', HEAD_SHA);
    const sent = await fetch(`${world.url}/v1/experiments`, {
      method: 'POST',
      headers: { ...headers, 'Idempotency-Key': `gate-${HEAD_SHA}-4` },
      body,
    });
    const { id } = (await sent.json()) as { id: string };
    await fetch(`${world.url}/v1/experiments/${id}/cancel`, { method: 'POST', headers });
    const done = await script({ ...shas(), ATTEMPT: '4' });
    expect([done.code, done.stdout]).toEqual([4, `${id}\ncanceled, verdict: ${(await statusOf(id)).verdict}\n`]);
  });
});

describe('the job for GitLab CI in docs/ci.md', () => {
  const job = parseGitlabJobs(fileOf(blocks, '.gitlab-ci.yml'))['benchmark'];

  const envOf = (head: string, more: Env): Env => ({
    ...secretly(),
    CI_COMMIT_SHA: world.commits[head] ?? '',
    CI_MERGE_REQUEST_DIFF_BASE_SHA: world.commits['main'] ?? '',
    ...more,
  });
  /** As its runner does: one script of all lines, which ends with the first that fails; `after_script` in a shell of its own. */
  const runLines = (lines: readonly string[] = [], env: Env = {}) =>
    world.shell.run(['set -eo pipefail', ...lines].join('\n'), { cwd: checkout, env, shell: ['bash'] });

  it('fails for a slower head with 3', { timeout: 180_000 }, async () => {
    const done = await runLines(job?.script, envOf('dearer', { CI_JOB_ID: '1' }));
    expectSlower(done);
    const after = await runLines(job?.after_script, envOf('dearer', { CI_JOB_ID: '1', CI_JOB_STATUS: 'failed' }));
    expect([after.code, after.stdout]).toEqual([0, '']);
  });

  it('takes the commit of the branch in a pipeline for merged results, and cancels when it is canceled', async () => {
    const merged = {
      CI_COMMIT_SHA: 'f'.repeat(40),
      CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: world.commits['comment'] ?? '',
    };
    const env = envOf('comment', { ...merged, CI_JOB_ID: '2' });
    const submitting = job?.script.filter((line) => !line.includes(' gate "$id"'));
    expect(submitting).toHaveLength((job?.script.length ?? 0) - 1);
    const done = await runLines(submitting, env);
    expect(done.code, done.stderr).toBe(0);
    const id = readFileSync(join(checkout, 'experiment'), 'utf8').trim();
    const after = await runLines(job?.after_script, { ...env, CI_JOB_STATUS: 'canceled' });
    expect(after.stdout).toMatch(new RegExp(`^${id} `));
    expect((await runCli(['wait', id], { env: secretly() })).code).toBe(4);
    const spec = await fetch(`${world.url}/v1/experiments/${id}/spec`, {
      headers: { Authorization: `Bearer ${world.key}` },
    });
    expect(await spec.json()).toMatchObject({
      deployments: [{ ref: world.commits['main'] }, { ref: world.commits['comment'] }],
    });
  });
});

describe('the exchange with curl in docs/ci.md', () => {
  const [transcript] = blocks.filter(({ kind, under }) => kind === 'console' && under.includes('Plain curl'));

  /** Numbers, hex digits of ids and verdicts may differ from run to run; all else may not. */
  const shapeOf = (text: string): string =>
    text
      .replaceAll(/exp_[0-9a-f]{32}/g, 'exp_#')
      .replaceAll(/"verdict":"(?:failed|inconclusive)"/g, '"verdict":"#"')
      .replaceAll(/\d+(?:\.\d+)?/g, '#')
      .replaceAll(/ +$/gm, '');

  it('is what the service answers', { timeout: 180_000 }, async () => {
    const steps = [...(transcript?.text ?? '').matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)];
    expect(steps.length).toBeGreaterThan(3);
    const { BASE_SHA = '', HEAD_SHA = '' } = { BASE_SHA: world.commits['main'], HEAD_SHA: world.commits['dearer'] };
    writeFileSync(
      join(checkout, 'spec.yaml'),
      readFileSync(join(checkout, 'ci/gate.yaml'), 'utf8').replace('BASE_SHA', BASE_SHA).replace('HEAD_SHA', HEAD_SHA),
    );
    const env = { URL: world.url, AUTH: `Authorization: Bearer ${world.key}`, HEAD_SHA };
    let id = '';
    for (const [, command = '', printed = ''] of steps) {
      const here = command.replaceAll(/exp_[0-9a-f]{32}/g, id);
      const done = await world.shell.run(here, { cwd: checkout, env, shell: ['bash'] });
      id = /exp_[0-9a-f]{32}/.exec(done.stdout)?.[0] ?? id;
      expect(shapeOf(done.stdout), `${here}\n${done.stderr}`).toBe(shapeOf(printed));
    }
  });
});
