import { describe, expect, test } from 'vitest';
import { belowFloor } from '../../../src/core/validity/below-floor.ts';
import { coLocated } from '../../../src/core/validity/co-located.ts';
import { cpusetOverlap } from '../../../src/core/validity/cpuset-overlap.ts';
import { kernelQueue } from '../../../src/core/validity/kernel-queue.ts';
import { noisyHost } from '../../../src/core/validity/noisy-host.ts';
import { smtShared } from '../../../src/core/validity/smt-shared.ts';
import { workerImbalance } from '../../../src/core/validity/worker-imbalance.ts';
import { workersExceedCores } from '../../../src/core/validity/workers-exceed-cores.ts';
import { connectionsCell, makeCell, makeTrial, repeated } from '../../fixtures/cell-facts.ts';
import { makeTrialResult } from '../../fixtures/trial-result.ts';

const cell = connectionsCell();

describe('noisy-host', () => {
  test('stolen time over 1 % or foreign CPU over 2 % of the measured cores is suspect', () => {
    expect(noisyHost(makeTrial({ cell }, { observation: { steal: 0.011 } }))).toMatchObject([{ severity: 'SUSPECT' }]);
    // Four cores: 0.1 of one is 2.5 %.
    const [foreign] = noisyHost(makeTrial({ cell }, { observation: { foreign_cpu: 0.1 } }));
    expect(foreign?.says).toBe('The host was not quiet: other processes used 2.5 % of the cores.');
  });

  test('foreign work that the cores beside the measured ones can have done is not held against the trial', () => {
    // Cores 0 and 1 are measured; cores 2 and 3 were 0.5 busy together.
    const { observation } = makeTrialResult({ cell, block: 1 });
    const seconds = observation!.seconds.map((second) => ({ ...second, cores_busy: [0.9, 0.3, 0.3, 0.2] }));
    const noisy = (foreign_cpu: number) =>
      noisyHost(
        makeTrial({ cell }, { observation: { seconds, foreign_cpu }, host: { server_cpus: [0], generator_cpus: [1] } }),
      );
    expect(noisy(0.5)).toEqual([]);
    expect(noisy(0.56)[0]?.evidence['foreign_cpu_share']).toBeCloseTo(0.03, 10);
  });

  test('a quiet host is not mentioned', () => {
    expect(noisyHost(makeTrial({ cell }, { observation: { steal: 0.009, foreign_cpu: 0.07 } }))).toEqual([]);
  });
});

describe('below-floor', () => {
  const floor = (p50_ms: number, mean_ms: number) => ({ p50_ms, mean_ms, p99_ms: 1, throughput_rps: 20_000 });

  test('a median within twice the floor is suspect', () => {
    const trial = makeTrial({ cell, median_ms: 1.9 }, { result: { floor: floor(1, 0.1) } });
    expect(belowFloor(trial)).toMatchObject([{ rule: 'below-floor', severity: 'SUSPECT' }]);
    expect(belowFloor(trial)[0]?.says).toMatch(
      /^The median service time, 1\.\d+ ms, is within twice the engine's own 1\.00 ms/,
    );
  });

  test('a mean within twice the floor is suspect even where the median is not', () => {
    const trial = makeTrial({ cell, median_ms: 2.1 }, { result: { floor: floor(1, 1.2) } });
    expect(belowFloor(trial)[0]?.says).toContain('The mean service time');
  });

  test('three times the floor is not, and without a floor nothing is judged', () => {
    expect(belowFloor(makeTrial({ cell, median_ms: 3 }, { result: { floor: floor(1, 1) } }))).toEqual([]);
    expect(belowFloor(makeTrial({ cell, median_ms: 3 }, { result: { floor: null } }))).toEqual([]);
  });
});

describe('kernel-queue', () => {
  test('a listen overflow in the window is suspect', () => {
    const tcp = { listen_overflows: 3, syn_retransmits: 0, tcp_timeouts: 1 };
    const [finding] = kernelQueue(makeTrial({ cell }, { observation: { tcp } }));
    expect(finding).toMatchObject({ severity: 'SUSPECT', evidence: tcp });
    expect(finding?.says).toContain('3 overflows of the listen queue and 1 TCP timeout');
  });

  test('clean counters, or none, are not mentioned', () => {
    expect(kernelQueue(makeTrial({ cell }))).toEqual([]);
    expect(kernelQueue(makeTrial({ cell }, { observation: { tcp: null } }))).toEqual([]);
  });
});

describe('worker-imbalance', () => {
  const four = connectionsCell(16, 4);
  const busy = (processes_busy: number[], of = four) =>
    workerImbalance(makeTrial({ cell: of }, { observation: { processes_busy } }));

  test('a worker with more than 1.25 times the mean CPU is suspect', () => {
    // Mean 0.75.
    expect(busy([0.96, 0.7, 0.7, 0.64, 0.01])).toMatchObject([{ rule: 'worker-imbalance', severity: 'SUSPECT' }]);
  });

  test('even workers beside an idle supervisor, one worker, and workers with next to nothing to do are not', () => {
    expect(busy([0.8, 0.75, 0.72, 0.7, 0.01])).toEqual([]);
    expect(busy([0.9, 0.1], connectionsCell(16, 1))).toEqual([]);
    expect(busy([0.04, 0.02, 0.01, 0.01])).toEqual([]);
  });
});

describe('isolation', () => {
  const withHost = (host: object, of = cell) => makeCell(repeated(of, 3, { host }));

  test('a core in both sets is suspect, sets apart are not', () => {
    expect(cpusetOverlap(withHost({ server_cpus: [0, 1], generator_cpus: [1] }))).toMatchObject([
      { rule: 'cpuset-overlap', severity: 'SUSPECT', trial: null, says: 'Server and generator shared core 1.' },
    ]);
    expect(cpusetOverlap(withHost({ server_cpus: [0], generator_cpus: [1] }))).toEqual([]);
  });

  test('threads of one physical core on both sides are suspect', () => {
    expect(smtShared(withHost({ smt_shared: true }))).toMatchObject([{ rule: 'smt-shared', severity: 'SUSPECT' }]);
    expect(smtShared(withHost({ smt_shared: false }))).toEqual([]);
  });

  test("a runner on the generator's cores is a note", () => {
    expect(coLocated(withHost({ co_located: true }))).toMatchObject([{ rule: 'co-located', severity: 'NOTE' }]);
    expect(coLocated(withHost({ co_located: false }))).toEqual([]);
  });

  test('more workers than server cores is a note, as many are not', () => {
    const four = connectionsCell(16, 4);
    expect(workersExceedCores(withHost({ server_cpus: [0, 1, 2] }, four))).toMatchObject([
      { rule: 'workers-exceed-cores', severity: 'NOTE', evidence: { workers: 4, server_cores: 3 } },
    ]);
    expect(workersExceedCores(withHost({ server_cpus: [0, 1, 2, 3] }, four))).toEqual([]);
  });
});
