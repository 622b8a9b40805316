import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `npm test`: the checks that need no run, then the tiers. What measures or disturbs (load, e2e, chaos) runs alone and last, so that no other
 * test disturbs it. `npm run test:long` (`--long`): the tests that are too slow for that. With names of tiers: those, of either kind. Ends
 * with one line `N passed, N failed, N skipped` over all tiers.
 */
const STEPS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'types', command: ['tsc', '-b'] },
];
const TIERS: readonly (readonly string[])[] = [
  ['core', 'db', 'api', 'api-memory'],
  ['db-postgres'],
  ['worker'],
  ['runner'],
  ['cli', 'browser'],
  ['load'],
  ['e2e'],
  ['chaos'],
];
const LONG_TIERS: readonly (readonly string[])[] = [
  ['api-postgres'],
  ['db-server', 'api-server'],
  ['db-pgbouncer', 'api-pgbouncer'],
  ['api-worker'],
  ['runner-git', 'long'],
  ['long-alone'],
];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly success: boolean;
}

const NOTHING: VitestReport = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numFailedTestSuites: 0,
  success: false,
};

const folder = mkdtempSync(join(tmpdir(), 'benchwright-test-'));
/** Hundreds of processes of these tests begin with the same sources. */
const compiled = join(folder, 'compiled');

function run(command: readonly string[]): Promise<number> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled },
    });
    child.on('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

const { values, positionals: only } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean', default: false } },
});
const isWhole = only.length === 0 && !values.long;
const chosen = only.length > 0 ? [...TIERS, ...LONG_TIERS] : values.long ? LONG_TIERS : TIERS;
const total = { passed: 0, failed: 0, skipped: 0 };
try {
  for (const step of isWhole ? STEPS : []) {
    const started = Date.now();
    const isGood = (await run(step.command)) === 0;
    total[isGood ? 'passed' : 'failed'] += 1;
    process.stdout.write(`${isGood ? '✓' : '✗'} ${step.name} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`);
  }
  for (const tier of chosen.map((names) => names.filter((n) => only.length === 0 || only.includes(n)))) {
    if (tier.length === 0) continue;
    const started = Date.now();
    const file = join(folder, `${tier.join('-')}.json`);
    const projects = tier.flatMap((name) => ['--project', name]);
    const code = await run([
      'vitest',
      'run',
      ...projects,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]);
    // Without a report vitest itself died: that is a failure too, and the summary must still be printed.
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : NOTHING;
    total.passed += report.numPassedTests;
    total.skipped += report.numPendingTests + report.numTodoTests;
    // A suite that fails to load, or a leaked error, has no failed test of its own: it must still count. A tier may be skipped whole.
    const hasRun = report.numPassedTests + report.numPendingTests > 0;
    total.failed += Math.max(report.numFailedTests, code === 0 && hasRun ? 0 : 1);
    process.stdout.write(`tier ${tier.join(', ')}: ${((Date.now() - started) / 1000).toFixed(1)} s\n\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
