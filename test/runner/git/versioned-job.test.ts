import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSpec } from '../../../src/core/spec-parse.ts';
import type { Spec } from '../../../src/core/spec.ts';
import { trialResultSchema } from '../../../src/core/trial-result.ts';
import { expectNothingLeft, expectNothingOpen } from '../support/nothing-left.ts';
import { claimedJob, type Script, scriptedService, type ScriptedService } from '../support/scripted-service.ts';
import { run } from '../support/with-service.ts';
import { mayBecomeOthers, OTHER_USER } from './other-user.ts';
import { openFolder, repository } from './repository.ts';
import { nodeBuild, SERVER, writeTarget } from './versioned.ts';

afterEach(expectNothingOpen);

function specOf(refs: Readonly<Record<string, string | undefined>>, more: Partial<Spec> = {}): Spec {
  const deployments = Object.entries(refs).map(([id, ref]) => ({
    id,
    target: 'shop',
    server: 'node',
    ...(ref && { ref }),
  }));
  const load = [{ model: 'closed', connections: [2] }];
  const short = { repetitions: 1, warmup_s: 0.1, window_s: 1, timeout_s: 1, seed: 1 };
  const parsed = parseSpec({ name: 'shop', deployments, load, ...short, ...more }, { offers: null });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.spec, seed: 1 };
}

const firstOf = (service: ScriptedService, deployment: string) => service.stored.get(`1/1/${deployment}.w1.c2`);

async function withScript(spec: Spec, script: Script, use: (service: ScriptedService) => Promise<void>): Promise<void> {
  const service = await scriptedService(spec, script);
  try {
    await use(service);
  } finally {
    await service.close();
  }
}

const gives =
  (spec: Spec, more: object): Script =>
  ({ call }) =>
    call === 'claims' ? { status: 200, body: claimedJob(spec, more) } : null;

describe('a job of targets from git', () => {
  it('measures the refs of one target side by side, and stores the commit with each trial', async () => {
    using folder = openFolder();
    using repo = repository();
    const base = repo.commit({ 'server.mjs': SERVER });
    const head = repo.commit({ 'server.mjs': `// newer\n${SERVER}` });
    const broken = repo.commit({ 'server.mjs': 'throw new Error("broken")' });
    repo.git('branch', 'broken');
    repo.git('checkout', '--quiet', '-b', 'work', head);
    const targets = writeTarget(folder.path, { git: repo.path, branches: ['broken'] });
    const refs = { base, usual: undefined, branch: 'broken', gone: '0123456789abcdef0123456789abcdef01234567' };
    const spec = specOf(refs);
    await withScript(
      spec,
      () => null,
      async (service) => {
        await run({ service, folder: folder.path, options: { targetsDirs: [targets] } });
        for (const result of service.stored.values()) expect(trialResultSchema.safeParse(result).error).toBeUndefined();
        expect(firstOf(service, 'base')).toMatchObject({ state: 'ok', versions: { commit: base } });
        expect(firstOf(service, 'usual')).toMatchObject({ state: 'ok', versions: { commit: head } });
        expect(firstOf(service, 'branch')).toMatchObject({ state: 'error', versions: { commit: broken } });
        expect(firstOf(service, 'branch')?.failure).toMatchObject({ step: 'ready', reason: 'exited-early' });
        expect(firstOf(service, 'gone')).toMatchObject({
          state: 'error',
          failure: { step: 'provision', reason: 'no-such-ref' },
        });
        expect(service.ended()).toMatchObject({ outcome: 'succeeded' });
      },
    );
    expectNothingLeft(folder.path);
  });

  it('goes on beside a commit that cannot be built, whose trials say why and which commit it was', async () => {
    using folder = openFolder();
    using repo = repository();
    const base = repo.commit({ 'server.mjs': SERVER });
    const head = repo.commit({ 'fail.txt': 'x' });
    const build = nodeBuild(
      'if ((await import("node:fs")).existsSync("fail.txt")) { console.log("type error in shop.ts"); process.exit(2) }',
    );
    const targets = writeTarget(folder.path, { git: repo.path, build });
    const spec = specOf({ base, head }, { repetitions: 3 });
    await withScript(
      spec,
      () => null,
      async (service) => {
        await run({ service, folder: folder.path, options: { targetsDirs: [targets] } });
        expect(firstOf(service, 'base')?.state).toBe('ok');
        const heads = [1, 2, 3].map((block) => service.stored.get(`${block}/1/head.w1.c2`));
        expect(heads.map((each) => each?.state)).toEqual(['error', 'error', 'skipped']);
        expect(heads[0]).toMatchObject({
          versions: { commit: head, runtime: null },
          failure: { step: 'provision', reason: 'provision-failed', output: 'type error in shop.ts\n' },
        });
      },
    );
    expectNothingLeft(folder.path);
  });

  it('never looks for what git would take for something else', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const targets = writeTarget(folder.path, { git: repo.path, branches: ['*'] });
    const spec = specOf({ head: 'a..b' });
    await withScript(
      spec,
      () => null,
      async (service) => {
        await run({ service, folder: folder.path, options: { targetsDirs: [targets] } });
        expect(firstOf(service, 'head')?.failure).toMatchObject({ step: 'provision', reason: 'no-such-ref' });
        expect(firstOf(service, 'head')?.failure?.says).toMatch(/^Not looked for: "a\.\.b" is neither a commit/);
      },
    );
  });

  it('that is taken up again measures the commits that it began with, wherever its branch has gone', async () => {
    using folder = openFolder();
    using repo = repository();
    const began = repo.commit({ 'server.mjs': SERVER });
    const targets = writeTarget(folder.path, { git: repo.path, branches: ['main'] });
    const spec = specOf({ head: 'main' }, { repetitions: 2 });
    const done: object[] = [];
    const script: Script = ({ call }) =>
      call === 'claims' ? { status: 200, body: claimedJob(spec, { done_trials: done as never }) } : null;
    await withScript(spec, script, async (service) => {
      const controller = new AbortController();
      const options = { targetsDirs: [targets], signal: controller.signal };
      await run({
        service,
        folder: folder.path,
        options: { ...options, onEvent: (event) => void (event.type === 'trial-ended' && controller.abort()) },
      });
      expect(firstOf(service, 'head')?.versions?.commit).toBe(began);
      repo.commit({ 'server.mjs': `// moved on\n${SERVER}` });
      done.push({ cell: 'head.w1.c2', block: 1, run: 1, state: 'ok' });
      await run({ service, folder: folder.path, options: { targetsDirs: [targets] } });
      const commits = [1, 2].map((block) => service.stored.get(`${block}/1/head.w1.c2`)?.versions?.commit);
      expect(commits).toEqual([began, began]);
    });
  });

  it('of a fork is refused by a runner that has no other user for it; what comes with the runner is measured', async () => {
    using folder = openFolder();
    using repo = repository();
    const ran = join(folder.path, 'ran');
    const commit = repo.commit({ 'server.mjs': SERVER });
    const targets = writeTarget(folder.path, { git: repo.path, build: ['touch', ran] });
    const spec = specOf({ head: commit });
    await withScript(spec, gives(spec, { untrusted: true }), async (service) => {
      await run({ service, folder: folder.path, options: { targetsDirs: [targets] } });
      const stored = firstOf(service, 'head');
      expect(stored).toMatchObject({ state: 'error', failure: { step: 'provision', reason: 'untrusted-refused' } });
      expect(stored?.failure?.says).toMatch(/code of a fork.*its owner starts it as root with --run-as USER/);
      expect(service.ended()).toMatchObject({ outcome: 'failed', reason: 'no-ok-trial' });
    });
    expect(existsSync(ran)).toBe(false);
  });

  it.skipIf(!mayBecomeOthers())('of a fork is built and served by the other user, and leaves nothing', async () => {
    using folder = openFolder();
    using repo = repository();
    // Answers right only as that user.
    const server = SERVER.replace('const isKnown =', `const isKnown = process.getuid() === ${OTHER_USER.uid} &&`);
    const commit = repo.commit({
      'server.mjs': `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.HOME + '/x', '');\n${server}`,
    });
    const targets = writeTarget(folder.path, { git: repo.path });
    const spec = specOf({ head: commit });
    await withScript(spec, gives(spec, { untrusted: true }), async (service) => {
      await run({ service, folder: folder.path, options: { targetsDirs: [targets], runAs: OTHER_USER.name } });
      expect(firstOf(service, 'head')).toMatchObject({ state: 'ok', failure: null, versions: { commit } });
    });
    expectNothingLeft(folder.path);
  });

  it.skipIf(process.getuid?.() !== 0)('is not even begun by a runner whose user there is not', async () => {
    using folder = openFolder();
    using repo = repository();
    const spec = specOf({ head: repo.commit({ 'server.mjs': SERVER }) });
    const targets = writeTarget(folder.path, { git: repo.path });
    await withScript(
      spec,
      () => null,
      async (service) => {
        const running = run({
          service,
          folder: folder.path,
          options: { targetsDirs: [targets], runAs: 'no-such-user' },
        });
        await expect(running).rejects.toMatchObject({ code: 'bad-run-as' });
        expect(service.received).toEqual([]);
      },
    );
  });
});
