import { afterAll, beforeAll, expect, it } from 'vitest';
import { repetitionsNeeded } from '../../src/core/stats/design-power.ts';
import { BASE_URL, REPO } from './pull-request-parts.ts';
import { DEPLOYMENTS, type PullRequestWorld, startPullRequestWorld } from './pull-request-world.ts';

/** Of throughput from block to block: more than two cores of a quiet virtual machine showed with these windows. */
const SPREAD = { design: 'paired', sd: 0.03 } as const;
const MARGIN = 0.03;
/** What is left of 10 % of the work of a request beside what answering it costs anyway. */
const LOSS = 0.09;

/** The work of a request: hashing, which costs the same each time. */
const application = (rounds: number, comment = '') => `${comment}
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
const block = Buffer.alloc(16_384, 'x');
createServer((request, response) => {
  const isKnown = request.url === '/test';
  const hash = createHash('sha256');
  for (let round = 0; round < ${rounds}; round += 1) hash.update(block);
  hash.digest();
  response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(isKnown ? { message: 'Hello' } : {}));
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

const template = {
  name: '{{repo}} #{{pr}}',
  deployments: DEPLOYMENTS,
  load: [{ model: 'closed', connections: [4] }],
  repetitions: repetitionsNeeded({ spread: SPREAD, margin: MARGIN, effect: LOSS, power: 0.99, most: 20 }),
  warmup_s: 0.3,
  window_s: 1,
  timeout_s: 1,
  thresholds: [
    { id: 'not-slower', regression: { metric: 'throughput_rps', worse_by: MARGIN, base: 'base', head: 'head' } },
  ],
};

let world: PullRequestWorld;
beforeAll(async () => {
  world = await startPullRequestWorld({ template });
  await world.startRunner();
});
afterAll(() => world[Symbol.asyncDispose]());

/** As it is read: without its references, and code as plain text. */
const commentsNow = () =>
  [...world.github.comments].map(([id, { issue, body }]) => ({
    id,
    issue,
    text: body
      .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
      .replaceAll(/<\/?code>/g, ''),
  }));

const pull = { number: 7, branch: 'faster' } as const;
let base_sha = '';
let slower_sha = '';

it('A pull request whose head burns 10 % more gets a failed status, and a comment that says how much, how sure, where', async () => {
  base_sha = world.commit(application(40));
  slower_sha = world.commit(application(44), pull.number);
  const events = { base_sha, head_sha: slower_sha, updated_at: '2026-11-20T10:00:00Z' };
  const came = await world.deliver({ ...pull, ...events });
  expect(came.outcome).toBe('started');
  const link = `${BASE_URL}/v1/experiments/${came.experiment_id}/report`;
  await world.decided(slower_sha);
  await expect.poll(commentsNow, { timeout: 10_000 }).toHaveLength(1);
  const [first = '', ...later] = world.statusesOf(slower_sha);
  const { issue, text } = commentsNow()[0]!;
  expect(first).toMatch(/^pending: /);
  expect(later.at(-1), text).toBe('failure: failed: 1 of 1 threshold');
  expect(world.github.statuses.at(-1)).toMatchObject({ context: 'benchwright/ci', target_url: link });

  const { host, thresholds } = await world.results(came.experiment_id);
  const { value, lo, hi, mde } = thresholds[0]!.checks[0]!;
  expect(hi).toBeLessThan(1 / (1 + MARGIN));
  expect(issue).toBe(pull.number);
  expect(text).toContain('### Benchwright: failed, 1 of 1 threshold\n\nacme/shop #7\n');
  const of = 'throughput_rps worse by 3 % at most | head.w1.c4 against base.w1.c4';
  const [, ...shown] =
    /\n\| failed \| (.*) \| ([\d.]+) % worse \| ([\d.]+) % worse to ([\d.]+) % worse \| p [=<] 0\.\d+ \|\n/.exec(
      text,
    ) ?? [];
  expect(shown[0], text).toBe(of);
  for (const [i, ratio] of [value, lo, hi].entries())
    expect(Number(shown[i + 1])).toBeCloseTo(100 * (1 / ratio! - 1), 0);
  const [, visible] = /\nA change of ([\d.]+) % or more would have been seen\.\n/.exec(text) ?? [];
  expect(Number(visible)).toBeCloseTo(100 * mde!, 0);
  const { cpu_model, cores, os } = host!.fingerprint;
  const commits = `${slower_sha.slice(0, 10)} against ${base_sha.slice(0, 10)}`;
  expect(text).toContain(`${commits} on ${cpu_model}, ${cores} cores, ${os} · [the whole page](${link})\n`);
});

it('its verdict is told to a webhook, signed', async () => {
  await expect.poll(() => world.receiver.received.length, { timeout: 10_000 }).toBe(2);
  const told = world.heard();
  expect(told.map(({ type }) => type)).toEqual(['experiment.succeeded', 'experiment.verdict.failed']);
  expect(told[1]?.data).toMatchObject({
    verdict: 'failed',
    repo: REPO,
    pull_request: pull.number,
    head_sha: slower_sha,
  });
});

it('a commit that changes nothing but a comment is not failed, and the comment of the pull request is changed, not a second made', async () => {
  const [before] = commentsNow();
  const head_sha = world.commit(application(40, '// Says hello.'), pull.number);
  const events = { base_sha, head_sha, updated_at: '2026-11-20T11:00:00Z' };
  const came = await world.deliver({ ...pull, action: 'synchronize', ...events });
  await world.decided(head_sha);
  await expect.poll(() => commentsNow()[0]?.text, { timeout: 10_000 }).toContain(head_sha.slice(0, 10));
  const { verdict } = await world.experiment(came.experiment_id);
  expect(['passed', 'inconclusive']).toContain(verdict);
  const says = verdict === 'passed' ? /^success: passed: 1 threshold$/ : /^success: inconclusive, not passed: /;
  expect(world.statusesOf(head_sha).at(-1)).toMatch(says);
  expect(world.statusesOf(slower_sha).at(-1)).toBe('failure: failed: 1 of 1 threshold');
  const [after, ...others] = commentsNow();
  expect(others).toEqual([]);
  expect(after).toMatchObject({ id: before?.id, issue: pull.number });
  expect(after?.text).toContain(`### Benchwright: ${verdict}, `);
  expect(after?.text).not.toContain(slower_sha.slice(0, 10));
});
