import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { templateProblems } from '../src/core/hook/template.ts';
import { parseSpec } from '../src/core/spec-parse.ts';
import { filledIn, isMet, parseGitlabJobs, parseWorkflow, workflowSteps } from './fixtures/ci-files.ts';
import { docBlocks, fileOf } from './fixtures/doc-blocks.ts';

const blocks = docBlocks('docs/ci.md');
const workflow = parseWorkflow(fileOf(blocks, '.github/workflows/benchmark.yml'));
const [job] = Object.values(workflow.jobs);
const jobs = parseGitlabJobs(fileOf(blocks, '.gitlab-ci.yml'));
const inSection = (heading: string) => blocks.filter(({ under }) => under.includes(heading));

/** What GitHub has in a run of the workflow, as far as it is named there. */
const KNOWN = {
  'github.event.pull_request.number': '5',
  'github.event.pull_request.base.sha': '2'.repeat(40),
  'github.event.pull_request.head.sha': '1'.repeat(40),
  'github.event.pull_request.head.repo.full_name': 'acme/shop',
  'github.repository': 'acme/shop',
  'github.run_id': '1658821493',
  'github.run_attempt': '1',
  'secrets.BENCHWRIGHT_KEY': 'bw_user_x',
  'vars.BENCHWRIGHT_URL': 'https://bench.example.com',
  'steps.submit.outputs.id': 'exp_1',
};

describe('the workflow for GitHub Actions in docs/ci.md', () => {
  it('has keys that GitHub knows, and expressions that a pull request has a value for', () => {
    expect(Object.keys(workflow.on)).toEqual(['pull_request']);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(filledIn(JSON.stringify(workflow), KNOWN)).not.toContain('${{');
  });

  it('leaves forks out, and cancels in its last step what a cancelled run has started', () => {
    expect(isMet(job?.if ?? '', KNOWN)).toBe(true);
    expect(isMet(job?.if ?? '', { ...KNOWN, 'github.event.pull_request.head.repo.full_name': 'other/shop' })).toBe(
      false,
    );
    const last = job?.steps.at(-1);
    expect(isMet(last?.if ?? '', KNOWN, true)).toBe(true);
    expect(isMet(last?.if ?? '', KNOWN, false)).toBe(false);
    expect(isMet(last?.if ?? '', { ...KNOWN, 'steps.submit.outputs.id': '' }, true)).toBe(false);
  });

  it('gives the key to the steps that call benchwright alone, and no expression to a shell but by its environment', () => {
    for (const { run = '', env = {} } of job?.steps ?? []) {
      expect('BENCHWRIGHT_KEY' in env, run).toBe(run.includes('npx benchwright'));
      expect(run).not.toContain('${{');
    }
    expect(JSON.stringify([workflow.concurrency, job?.env])).not.toContain('secrets.');
  });

  it('has another key for each attempt, and the same for whatever is repeated within one', () => {
    const key = job?.steps.find(({ id }) => id === 'submit')?.env?.['KEY'] ?? '';
    expect(filledIn(key, KNOWN)).toBe('gate-1658821493-1');
    expect(filledIn(key, { ...KNOWN, 'github.run_attempt': '2' })).toBe('gate-1658821493-2');
  });

  it('may wait longer than its experiment', () => {
    const spec = parse(fileOf(blocks, 'ci/gate.yaml')) as Record<'timeout_minutes' | 'queue_timeout_minutes', number>;
    expect(job?.['timeout-minutes']).toBeGreaterThan(spec.queue_timeout_minutes + spec.timeout_minutes);
  });

  it('has a step for curl with the environment that the script asks for', () => {
    const step = inSection('GitHub Actions').find(({ kind, path }) => kind === 'yaml' && path === null);
    const [only, ...others] = workflowSteps.parse(parse(step?.text ?? ''));
    expect(others).toEqual([]);
    expect(filledIn(JSON.stringify(only), KNOWN)).not.toContain('${{');
    const [, asked = ''] = /# Needs (.*)\. Ends/.exec(fileOf(blocks, 'ci/gate.sh')) ?? [];
    const given = [...Object.keys(only?.env ?? {}), ...Object.keys(job?.env ?? {})];
    expect(given.sort()).toEqual(asked.split(', ').sort());
  });
});

describe('the job for GitLab CI in docs/ci.md', () => {
  it('has keys that GitLab knows, and runs for merge requests of the project itself', () => {
    expect(Object.keys(jobs)).toEqual(['benchmark']);
    const [rule] = jobs['benchmark']?.rules ?? [];
    expect(rule?.if.split(' && ')).toEqual([
      '$CI_PIPELINE_SOURCE == "merge_request_event"',
      '$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID',
    ]);
  });
});

describe('the specs in docs/ci.md', () => {
  it('become experiments when the commits are filled in', () => {
    const text = fileOf(blocks, 'ci/gate.yaml');
    const filled = text.replace('BASE_SHA', '2'.repeat(40)).replace('HEAD_SHA', '1'.repeat(40));
    expect(filled).not.toContain('_SHA');
    expect(parseSpec(parse(filled), { offers: null })).toMatchObject({ ok: true, spec: { thresholds: [{}, {}] } });
  });

  it('are templates where hooks are told of', () => {
    const templates = inSection('Templates').filter(({ kind }) => kind === 'yaml');
    expect(templates).toHaveLength(1);
    for (const { text } of templates) expect(templateProblems(parse(text))).toEqual([]);
  });
});
