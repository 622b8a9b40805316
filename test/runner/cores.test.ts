import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PhysicalCore, splitCores } from '../../src/runner/cores.ts';
import { parseCpuList } from '../../src/runner/topology.ts';

const plain = (cores: number): PhysicalCore[] => Array.from({ length: cores }, (_, i) => [i]);
/** As Linux numbers them on most x86 hosts: the siblings of core i are i and i + cores. */
const smt = (cores: number): PhysicalCore[] => Array.from({ length: cores }, (_, i) => [i, i + cores]);

describe('the split of cores', () => {
  it.each([
    [1, [0], [0], true],
    [2, [0], [1], true],
    [4, [0, 1, 2], [3], true],
    [7, [0, 1, 2, 3, 4, 5], [6], true],
    [8, [0, 1, 2, 3, 4], [6, 7], false],
    [16, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [12, 13, 14, 15], false],
  ])('of %i cores gives the server %j and the generator %j', (cores, server, generator, co_located) => {
    expect(splitCores(plain(cores))).toMatchObject({ server, generator, co_located, smt_shared: false });
  });

  it('keeps SMT siblings together', () => {
    expect(splitCores(smt(4))).toMatchObject({ server: [0, 4, 1, 5, 2, 6], generator: [3, 7], smt_shared: false });
  });

  it('says when siblings are shared, as on the one core of a small host or where it was asked for', () => {
    expect(splitCores(smt(1)).smt_shared).toBe(true);
    expect(splitCores(smt(2), { server: [0, 1], generator: [2, 3] }).smt_shared).toBe(true);
  });

  it('takes what is given, and finds the other set beside it', () => {
    expect(splitCores(plain(4), { server: [2, 3] })).toMatchObject({ server: [2, 3], generator: [0, 1] });
    expect(splitCores(plain(4), { generator: [0, 1] })).toMatchObject({ server: [2], generator: [0, 1], runner: [3] });
    expect(splitCores(plain(4), { server: [0], generator: [1] })).toMatchObject({ runner: [2, 3], co_located: false });
  });

  it('never gives a core to both unless there is only one or both were given, and never an empty set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 128 }), fc.boolean(), (cores, threads) => {
        const { server, generator, runner } = splitCores(threads ? smt(cores) : plain(cores));
        expect(Math.min(server.length, generator.length, runner.length)).toBeGreaterThan(0);
        expect(generator).toHaveLength(Math.max(1, Math.floor(cores / 4)) * (threads ? 2 : 1));
        if (cores > 1) expect(server.filter((cpu) => generator.includes(cpu))).toEqual([]);
      }),
    );
  });
});

it('reads the kernel’s lists of CPUs', () => {
  expect(parseCpuList('0-2,5,7-8\n')).toEqual([0, 1, 2, 5, 7, 8]);
  expect(parseCpuList('3')).toEqual([3]);
  expect(parseCpuList('')).toEqual([]);
});
