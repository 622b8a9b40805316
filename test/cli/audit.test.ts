import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

describe('benchwright audit --example', () => {
  it('prints what the published tables contradict', async () => {
    const run = await runCli(['audit', '--example']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/All 9 rows of Table 5/);
    expect(run.stdout).toMatch(/\+2,941 %/);
    expect(run.stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('is one JSON document with --json', async () => {
    const report = JSON.parse((await runCli(['audit', '--example', '--json'])).stdout) as {
      findings: { rule: string }[];
    };
    expect(report.findings.map((finding) => finding.rule)).toContain('think-time');
  });
});
