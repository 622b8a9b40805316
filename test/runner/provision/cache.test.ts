import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/db/folder-lock.ts';
import { cached, cacheKey } from '../../../src/runner/provision/cache.ts';
import { copySource } from '../../../src/runner/provision/source-copy.ts';
import { FIXTURES, temporaryFolder } from '../support/fixture-trial.ts';

const never = new AbortController().signal;

describe('the cache of installed targets', () => {
  it('makes a folder once, and gives what its maker returned ever after', async () => {
    using root = temporaryFolder();
    const folder = join(root.path, 'deep', 'env');
    let made = 0;
    const make = async () => ({ times: (made += 1) });
    expect(await cached(folder, { lock: lockFolder }, never, make)).toEqual({ value: { times: 1 }, hit: false });
    expect(await cached(folder, { lock: lockFolder }, never, make)).toEqual({ value: { times: 1 }, hit: true });
    expect(made).toBe(1);
  });

  it('makes it once when many want it at the same time', async () => {
    using root = temporaryFolder();
    const folder = join(root.path, 'env');
    let made = 0;
    const both = Promise.withResolvers<void>();
    const make = async () => {
      await both.promise;
      return (made += 1);
    };
    const wanted = [
      cached(folder, { lock: lockFolder }, never, make),
      cached(folder, { lock: lockFolder }, never, make),
      cached(folder, { lock: lockFolder }, never, make),
    ];
    both.resolve();
    expect((await Promise.all(wanted)).map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(readdirSync(root.path)).toEqual(['env']);
  });

  it('leaves nothing of a failure, and tries again the next time', async () => {
    using root = temporaryFolder();
    const folder = join(root.path, 'env');
    const failing = cached(folder, { lock: lockFolder }, never, async () => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    expect(readdirSync(root.path)).toEqual([]);
    expect(await cached(folder, { lock: lockFolder }, never, async () => 'made')).toEqual({
      value: 'made',
      hit: false,
    });
  });

  it('makes a folder anew whose making was interrupted', async () => {
    using root = temporaryFolder();
    const folder = join(root.path, 'env');
    await cached(folder, { lock: lockFolder }, never, async () => 'first');
    const { rmSync } = await import('node:fs');
    rmSync(join(folder, '.complete'));
    writeFileSync(join(folder, 'half'), '');
    const again = await cached(folder, { lock: lockFolder }, never, async () => existsSync(join(folder, 'half')));
    expect(again).toEqual({ value: false, hit: false });
  });

  it('makes a folder anew whose marker was cut off, as by a loss of power', async () => {
    using root = temporaryFolder();
    const folder = join(root.path, 'env');
    await cached(folder, { lock: lockFolder }, never, async () => 'first');
    writeFileSync(join(folder, '.complete'), '');
    expect(await cached(folder, { lock: lockFolder }, never, async () => 'anew')).toEqual({
      value: 'anew',
      hit: false,
    });
    expect(await cached(folder, { lock: lockFolder }, never, async () => 'again')).toEqual({
      value: 'anew',
      hit: true,
    });
  });

  it('has keys that differ when parts are cut differently', () => {
    expect(cacheKey(['ab', 'c'])).not.toBe(cacheKey(['a', 'bc']));
    expect(cacheKey(['ab', 'c'])).toBe(cacheKey([Buffer.from('ab'), 'c']));
  });
});

describe('the copy of a source', () => {
  it('is the same for the same content, another for another, and without what tools left', () => {
    using source = temporaryFolder();
    using into = temporaryFolder();
    writeFileSync(join(source.path, 'app.js'), 'one');
    const first = copySource(source.path, into.path);
    expect(copySource(source.path, into.path)).toBe(first);
    writeFileSync(join(source.path, 'app.js'), 'two');
    expect(copySource(source.path, into.path)).not.toBe(first);
    expect(readdirSync(into.path)).toHaveLength(2);
    const fixture = copySource(join(FIXTURES, 'fixture'), into.path);
    expect(readdirSync(fixture)).toContain('good.js');
  });
});
