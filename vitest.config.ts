import { defineConfig } from 'vitest/config';

/** Tiers, each runnable alone: `vitest run --project db`. Those that measure run alone, last, one file at a time (test/run-tiers.ts). */
const tier = (name: string, include: string[], options: { timeout: number; serial?: boolean; shared?: boolean }) => ({
  test: {
    name,
    include,
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    fileParallelism: options.serial !== true,
    // Files of a worker share modules, and through them one database: each test is a tenant of its own there.
    isolate: options.shared !== true,
    environment: 'node' as const,
  },
});

export default defineConfig({
  test: {
    projects: [
      tier(
        'core',
        ['test/core/**/*.test.ts', 'test/report/**/*.test.ts', 'test/targets/**/*.test.ts', 'test/*.test.ts'],
        { timeout: 10_000 },
      ),
      tier('db', ['test/db/**/*.test.ts'], { timeout: 30_000 }),
      tier('api', ['test/api/**/*.test.ts'], { timeout: 30_000, shared: true }),
      tier('runner', ['test/runner/**/*.test.ts'], { timeout: 60_000, serial: true }),
      tier('cli', ['test/cli/**/*.test.ts'], { timeout: 60_000, serial: true }),
      tier('browser', ['test/browser/**/*.test.ts'], { timeout: 60_000, serial: true }),
      tier('load', ['test/load/**/*.test.ts'], { timeout: 60_000, serial: true }),
      tier('e2e', ['test/e2e/**/*.test.ts'], { timeout: 240_000, serial: true }),
      tier('chaos', ['test/chaos/**/*.test.ts'], { timeout: 240_000, serial: true }),
    ],
  },
});
