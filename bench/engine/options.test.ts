import { delimiter } from 'node:path';
import { describe, expect, test } from 'vitest';
import { coresForOne, coresForTwo } from './cores.ts';
import { findProgram, toolFolders } from './find-program.ts';
import { parseOptions } from './options.ts';

describe('the options of bench:engine', () => {
  test('have defaults: all tools, the comparison alone', () => {
    expect(parseOptions([])).toMatchObject({ rounds: 7, seconds: 3, situations: ['speed'], markdown: false });
    expect(parseOptions([]).tools).toContain('locust');
  });

  test('take some tools and some situations, or all of these', () => {
    const options = parseOptions(['--tools', 'wrk, oha', '--situation', 'memory,users', '--rounds', '5']);
    expect(options).toMatchObject({ tools: ['wrk', 'oha'], situations: ['memory', 'users'], rounds: 5 });
    expect(parseOptions(['--situation', 'all']).situations).toHaveLength(9);
  });

  test('are refused with every problem at once', () => {
    const wrong = ['--rounds', '0', '--seconds', 'x', '--tools', 'wrk,hey', '--situation', 'rain'];
    expect(() => parseOptions(wrong)).toThrow(
      /--rounds.*got 0\n--seconds.*got x\n--tools.*got hey\n--situation.*got rain/s,
    );
  });
});

describe('a load generator', () => {
  test('is looked for in BENCHWRIGHT_TOOLS first, then in PATH, then where Go and Cargo install', () => {
    const env = { BENCHWRIGHT_TOOLS: ['/venv/bin', '/other'].join(delimiter), PATH: '/usr/bin' };
    expect(toolFolders(env, '/home/me')).toEqual([
      '/venv/bin',
      '/other',
      '/usr/bin',
      '/home/me/go/bin',
      '/home/me/.cargo/bin',
    ]);
    expect(toolFolders({}, '/home/me')).toHaveLength(2);
  });

  test('is found where an executable of its name is, and else missing', () => {
    expect(findProgram('sh', ['/nowhere', '/bin'])).toBe('/bin/sh');
    expect(findProgram('no-such-tool', ['/bin'])).toBe(null);
  });

  test('has a core of its own, where there are as many', () => {
    expect(coresForOne(1)).toBe(null);
    expect(coresForOne(2)).toEqual({ server: [0], generator: [1] });
    expect(coresForTwo(3)).toBe(null);
    expect(coresForTwo(4)).toEqual({ server: [0, 1], generator: [2, 3] });
  });
});
