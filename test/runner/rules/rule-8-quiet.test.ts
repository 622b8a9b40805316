import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunnerEvent } from '../../../src/runner/event.ts';
import { yieldingTo } from '../../../src/runner/step-aside.ts';
import { TASKSET } from '../../../src/runner/taskset.ts';
import { readTopology } from '../../../src/runner/topology.ts';
import { ANY_CORES } from '../support/fixture-trial.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { fixtureSpec } from '../support/scripted-service.ts';
import { run, usual, withService } from '../support/with-service.ts';

describe('rule 8: the runner disturbs nothing that it measures', () => {
  afterEach(() => expectNothingLeft());

  it('sends results between trials only, says nothing but heartbeats under load, and tells with a trial what cores it had', async () => {
    await withService(fixtureSpec(['good']), usual, async (given) => {
      const all = readTopology().flat();
      const calls = () => given.service.received.length;
      const span = { from: 0, to: 0 };
      const onEvent = (event: RunnerEvent): void => {
        if (event.type === 'phase' && span.from === 0) span.from = calls();
        if (event.type === 'step' && event.step === 'stop' && span.to === 0) span.to = calls();
      };
      await run({ ...given, options: { onEvent, serverCpus: all, generatorCpus: all } });
      const said = given.service.received.slice(span.from, span.to).map((each) => each.call);
      expect(new Set(said)).toEqual(new Set(['heartbeat']));
      const { host } = given.service.stored.get('1/1/good.w1.c2') ?? {};
      expect(host).toMatchObject({ co_located: true, server_cpus: all, generator_cpus: all });
    });
  });

  it.skipIf(TASKSET === null || availableParallelism() < 2)(
    'stays on the cores that are neither the server’s nor the generator’s, and goes back afterwards',
    async () => {
      const module = fileURLToPath(new URL('../../../src/runner/step-aside.ts', import.meta.url));
      // Of a process of its own: this one is to stay where it is.
      const script = `
      const { readFileSync } = await import('node:fs');
      const { stepAside } = await import(${JSON.stringify(module)});
      const allowed = () => /Cpus_allowed_list:\\s*(\\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
      const undo = stepAside({ server: [0], generator: [1], runner: [1], co_located: false, smt_shared: false });
      const inside = allowed();
      undo();
      console.log(JSON.stringify([inside, allowed()]));`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
      await once(child, 'close');
      expect(JSON.parse(said)).toEqual(['1', '0-1']);
    },
  );

  it('without a core of its own gives way while the load runs, exactly where it may take its priority back', () => {
    const before = getPriority();
    const yielding = yieldingTo({ ...ANY_CORES, co_located: true });
    yielding.begin();
    const during = getPriority();
    yielding.end();
    expect(getPriority()).toBe(before);
    expect(during).toBe(mayRaisePriority() ? 19 : before);
    const spared = yieldingTo({ ...ANY_CORES, co_located: false });
    spared.begin();
    expect(getPriority()).toBe(before);
  });
});

/** Tried, in a process of its own: root may, where its capabilities were not taken away. */
function mayRaisePriority(): boolean {
  const script = "const os = require('node:os'); const n = os.getPriority(); os.setPriority(19); os.setPriority(n);";
  return spawnSync(process.execPath, ['-e', script], { stdio: 'ignore' }).status === 0;
}
