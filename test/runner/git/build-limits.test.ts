import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BuildLimits } from '../../../src/runner/provision/build-limits.ts';
import type { TrialFault } from '../../../src/runner/trial-fault.ts';
import { readProcesses } from '../../../src/runner/process-table.ts';
import { expectNothingLeft, expectNothingOpen, isOwnedBy, TEST_OWNER } from '../support/nothing-left.ts';
import { mayBecomeOthers, OTHER_USER } from './other-user.ts';
import { openFolder, repository } from './repository.ts';
import { faultOf, nodeBuild, provisioned, SERVER, versionedTarget } from './versioned.ts';

afterEach(expectNothingOpen);

/** Builds a small commit in that way, and sees that nothing of it is left. */
async function failed(build: readonly string[], limits: Partial<BuildLimits> = {}): Promise<TrialFault> {
  using folder = openFolder();
  using repo = repository();
  repo.commit({ 'server.mjs': SERVER });
  const versioned = versionedTarget(folder.path, { git: repo.path, build });
  const fault = await faultOf({ folder: folder.path, versioned, limits, ...(isRoot && { runAs: OTHER_USER }) });
  expect(fault.step).toBe('provision');
  expect(readdirSync(join(folder.path, 'provision', 'commits'))).toEqual([]);
  expectNothingLeft(folder.path);
  return fault;
}

const isRoot = mayBecomeOthers();

describe('the build of a commit', () => {
  it('that fails is told with its last output', async () => {
    const fault = await failed(nodeBuild('console.error("no such module: left-pad"); process.exit(3)'));
    expect(fault.reason).toBe('provision-failed');
    expect(fault.message).toMatch(/^The build failed: `node .*`: ended with code 3\.$/s);
    expect(fault.output).toBe('no such module: left-pad\n');
  });

  it('that cannot be started says so', async () => {
    expect((await failed(['no-such-program'])).message).toMatch(
      /could not be started: there is no program no-such-program/,
    );
  });

  it('that hangs is ended when its time is over, deaf to SIGTERM or not', async () => {
    const script = 'process.on("SIGTERM", () => {}); console.log("waiting"); setInterval(() => {}, 1000)';
    const fault = await failed(nodeBuild(script), { time_ms: 1_500 });
    expect(fault.reason).toBe('time-limit');
    expect(fault.message).toMatch(/did not end within 2 s/);
    expect(fault.output).toBe('waiting\n');
  });

  it('that floods its output is ended', async () => {
    const fault = await failed(['sh', '-c', 'yes "a line of output"']);
    expect(fault.reason).toBe('output-limit');
    expect(fault.message).toMatch(/wrote more than 8 MiB within one second/);
    expect(fault.output?.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('that fills the disk is ended, and what it wrote is gone', async () => {
    const fault = await failed(['sh', '-c', 'while :; do head -c 1000000 /dev/zero >> filler; done'], { disk_mb: 20 });
    expect(fault.reason).toBe('disk-limit');
    expect(fault.message).toMatch(/took \d+ MiB on disk; 20 MiB were allowed/);
  });

  it('that makes more files than it may is ended', async () => {
    const script = 'const fs = await import("node:fs"); for (let n = 0; ; n += 1) fs.writeFileSync(`f${n}`, "")';
    const fault = await failed(nodeBuild(script), { files: 2_000 });
    expect(fault.reason).toBe('disk-limit');
    expect(fault.message).toMatch(/made \d+ files; 2000 were allowed/);
  });

  it('that nests folders deeper than a path may be long is ended, and they are gone', async () => {
    const script = `const fs = await import("node:fs");
      for (let n = 0; n < 600; n += 1) { fs.mkdirSync("a-folder"); process.chdir("a-folder"); }
      setInterval(() => {}, 1000);`;
    const fault = await failed(nodeBuild(script));
    expect(fault.reason).toBe('disk-limit');
    expect(fault.message).toMatch(/nested folders deeper than a path may be long/);
  });

  it('that eats memory is ended', async () => {
    const script = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(16 * 2 ** 20, 1)), 10)';
    const fault = await failed(nodeBuild(script), { memory_mb: 300 });
    expect(fault.reason).toBe('memory-limit');
    expect(fault.message).toMatch(/The command used \d+ MiB of memory; 300 MiB were allowed/);
  });

  it('that forks without end is ended', async () => {
    const fault = await failed(['sh', '-c', 'while :; do sleep 600 & sleep 0.01; done'], { processes: 30 });
    expect(fault.reason).toBe('process-limit');
    expect(fault.message).toMatch(/had \d+ processes; 30 were allowed/);
  });

  it('that leaves no room for results is ended', async () => {
    const fault = await failed(['sleep', '600'], { reserve_mb: 2 ** 40 });
    expect(fault.reason).toBe('disk-limit');
    expect(fault.message).toMatch(/The disk has less than \d+ MiB left/);
  });

  it('that leaves a daemon behind is as good as its exit code, and the daemon ends', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const daemon = `env -i setsid sleep 611 > /dev/null 2>&1 & sleep 0.2`;
    const versioned = versionedTarget(folder.path, { git: repo.path, build: ['sh', '-c', daemon] });
    await provisioned({ folder: folder.path, versioned, ...(isRoot && { runAs: OTHER_USER }) });
    expectNothingLeft(folder.path);
  });

  it('is ended with everything when the runner is to end', async () => {
    using folder = openFolder();
    using repo = repository();
    repo.commit({ 'server.mjs': SERVER });
    const versioned = versionedTarget(folder.path, { git: repo.path, build: ['sh', '-c', 'sleep 612 & sleep 612'] });
    const controller = new AbortController();
    const running = provisioned({ folder: folder.path, versioned, signal: controller.signal });
    const outcome = expect(running).rejects.toThrow('the operator wants an end');
    const started = () => readProcesses().filter((row) => isOwnedBy(row.pid, TEST_OWNER)).length;
    await expect.poll(started, { timeout: 20_000, interval: 10 }).toBeGreaterThanOrEqual(3);
    controller.abort(new Error('the operator wants an end'));
    await outcome;
    expect(readdirSync(join(folder.path, 'provision', 'commits'))).toEqual([]);
    expectNothingLeft(folder.path);
  });

  it('of a repository that is larger than it may be is not even fetched whole', async () => {
    using folder = openFolder();
    using repo = repository();
    // Random: what can be compressed takes no room on its way.
    repo.commit({ 'server.mjs': SERVER, big: randomBytes(4 * 2 ** 20).toString('hex') });
    const versioned = versionedTarget(folder.path, { git: repo.path });
    const fault = await faultOf({ folder: folder.path, versioned, limits: { disk_mb: 2 } });
    expect(fault.reason).toBe('disk-limit');
    expect(readdirSync(join(folder.path, 'provision', 'commits'))).toEqual([]);
  });
});
