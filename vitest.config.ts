import { defineConfig } from 'vitest/config';
import { type DatabaseKind, DATABASE_KINDS } from './test/databases/kinds.ts';
import { NOT_ON_WORKERS } from './test/worker/api-files.ts';

interface TierOptions {
  readonly timeout: number;
  readonly serial?: boolean;
  readonly shared?: boolean;
  readonly exclude?: string[];
  readonly setup?: string | null;
  /** Runs in each file before its tests. */
  readonly beside?: string;
  readonly missing?: string | null;
}

/** What `npm run test:long` runs beside other kinds of databases: tests of minutes, by the ends of their files' names. */
const LONG_FILES = 'test/**/*.long.test.ts';
/** Those of them that measure, or that hold something to a time: they run alone. The others run side by side. */
const LONG_ALONE = [
  'test/cli/noise.long.test.ts',
  'test/e2e/{adding-a-target,gate,pull-request}.long.test.ts',
  'test/load/**/*.long.test.ts',
  'test/runner/capacity-trial.long.test.ts',
  'test/validity/*.long.test.ts',
];

/** Tiers, each runnable alone: `vitest run --project db`. Those that measure run alone, last, one file at a time (test/run-tiers.ts). */
const tier = (name: string, include: string[], options: TierOptions) => ({
  test: {
    name,
    include: options.missing ? ['test/databases/missing.test.ts'] : include,
    exclude: [...(options.exclude ?? []), ...(name.startsWith('long') ? [] : [LONG_FILES])],
    globalSetup: options.setup ?? [],
    setupFiles: options.beside ?? [],
    provide: options.missing ? { missing: options.missing } : {},
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    fileParallelism: options.serial !== true,
    // Files of a worker share modules, which are read once; those of the API thereby share a database, where each test is a tenant.
    isolate: options.shared !== true,
    environment: 'node' as const,
  },
});

/** What only one of them has is in folders of that name; and services that are tested whole have a database of their own. */
const NOT_ON_PGLITE = ['test/*/postgres/**', 'test/*/pooler/**', 'test/*/memory/**'];
const NOT_ON_POSTGRES = ['test/*/pglite/**', 'test/api/node.test.ts', 'test/api/node/**'];

/** The suites of db and api on one kind of database. */
const databaseTiers = ({ suffix, setup, missing, isPooled }: DatabaseKind) => {
  const unpooled = isPooled ? [] : ['test/*/pooler/**'];
  const exclude = setup === null ? NOT_ON_PGLITE : [...NOT_ON_POSTGRES, ...unpooled];
  const options = { timeout: 30_000, shared: true, exclude, setup, missing };
  return [
    tier(`db${suffix}`, ['test/db/**/*.test.ts'], options),
    tier(`api${suffix}`, ['test/api/**/*.test.ts'], options),
  ];
};

/** What only a Worker has, and the suite of api, in real workerd. */
const workerTiers = () => {
  const setup = 'test/worker/global-setup.ts';
  const options = {
    timeout: 60_000,
    exclude: Object.keys(NOT_ON_WORKERS),
    setup,
    beside: 'test/worker/beside.setup.ts',
  };
  return [
    tier('worker', ['test/worker/**/*.test.ts'], options),
    tier('api-worker', ['test/api/**/*.test.ts'], options),
    tier('worker-cpu', ['test/worker/cpu.measure.ts'], { timeout: 900_000, setup }),
  ];
};

export default defineConfig({
  test: {
    // By itself vitest leaves one core to itself: of two cores, half would idle.
    maxWorkers: '100%',
    // Tests of one file that say that they may: each is an engine and a server, which wait most of the time.
    maxConcurrency: 4,
    projects: [
      tier(
        'core',
        [
          'test/core/**/*.test.ts',
          'test/report/**/*.test.ts',
          'test/targets/**/*.test.ts',
          'test/validity/**/*.test.ts',
          'test/*.test.ts',
          'bench/**/*.test.ts',
        ],
        { timeout: 10_000 },
      ),
      ...DATABASE_KINDS.flatMap(databaseTiers),
      // What measures the memory of its process does so in one of its own: the embedded database keeps what other tests stored.
      tier('api-memory', ['test/api/memory/**/*.test.ts'], { timeout: 120_000 }),
      ...workerTiers(),
      tier('runner', ['test/runner/**/*.test.ts'], { timeout: 60_000, exclude: ['test/runner/git/**'] }),
      tier('runner-git', ['test/runner/git/**/*.test.ts'], { timeout: 60_000 }),
      tier('cli', ['test/cli/**/*.test.ts'], { timeout: 60_000, setup: 'test/cli/made-database.setup.ts' }),
      tier('browser', ['test/browser/**/*.test.ts'], { timeout: 60_000 }),
      tier('load', ['test/load/**/*.test.ts'], { timeout: 60_000, serial: true }),
      tier('e2e', ['test/e2e/**/*.test.ts'], { timeout: 240_000, serial: true }),
      tier('chaos', ['test/chaos/**/*.test.ts'], { timeout: 240_000, serial: true }),
      tier('long', [LONG_FILES], { timeout: 240_000, exclude: LONG_ALONE }),
      tier('long-alone', LONG_ALONE, { timeout: 240_000, serial: true }),
    ],
  },
});
