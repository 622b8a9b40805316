import { describe, expect, it } from 'vitest';
import { auditStudy } from '../../src/core/audit/audit-study.ts';
import { exampleStudy } from '../../src/core/audit/example-study.ts';
import { parseStudy } from '../../src/core/audit/study.ts';
import { renderAuditText } from '../../src/report/audit-text.ts';

const report = auditStudy(exampleStudy());
const ESCAPE = '\u001B';

function columns(text: string): number {
  return Math.max(...text.split('\n').map((line) => Array.from(line).length));
}

describe('an audit on a terminal', () => {
  it.each([[60], [80], [100]])('keeps within %d columns', (width) => {
    expect(columns(renderAuditText(report, { color: false, width }))).toBeLessThanOrEqual(width);
  });

  it('is never wider than 100 columns, however wide the terminal is', () => {
    expect(columns(renderAuditText(report, { color: false, width: 240 }))).toBeLessThanOrEqual(100);
  });

  it('shows every printed cell with its implied pause, and every finding', () => {
    const text = renderAuditText(report, { color: false, width: 100 });
    expect(text.match(/^ {2}\S+ +\d+ +\d+ .*✗/gm)).toHaveLength(12);
    expect(text).toContain('2.41 ✗');
    const flat = text.replaceAll(/\s+/g, ' ');
    for (const finding of report.findings) expect(flat).toContain(finding.says.replaceAll(/\s+/g, ' '));
    for (const { reason } of report.not_run) expect(flat).toContain(reason);
  });

  it('draws the implied pause beside the declared one, in its column', () => {
    const line =
      renderAuditText(report, { color: false, width: 100 })
        .split('\n')
        .find((l) => l.includes('2.48 ✗')) ?? '';
    const strip = line.slice(line.indexOf('✗') + 2);
    // 0 to 5 s over the width of the strip
    expect(strip.indexOf('●')).toBe(Math.round((2.477 / 5) * (strip.length - 1)));
    expect(strip).toMatch(/·░+·*─*●·*$/);
  });

  it('has colours only when asked', () => {
    expect(renderAuditText(report, { color: false, width: 100 })).not.toContain(ESCAPE);
    expect(renderAuditText(report, { color: true, width: 100 })).toContain(`${ESCAPE}[31m`);
  });

  it('lets no control character of a file reach the terminal', () => {
    const rows = [{ deployment: `a${ESCAPE}[2J`, workers: 1, users: 10, throughput_rps: 4, latency_mean_ms: 10 }];
    const parsed = parseStudy({
      title: `T\u0007${ESCAPE}]0;x`,
      tables: [{ table: `X${ESCAPE}c`, holds: 'cells', rows }],
    });
    if (!parsed.ok) throw new Error('the study is well formed');
    const text = renderAuditText(auditStudy(parsed.study), { color: false, width: 80 });
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).toContain('a [2J');
  });

  it('has something to say of a table without a design', () => {
    const parsed = parseStudy([{ deployment: 'a', workers: 1, users: 10, throughput_rps: 4, latency_mean_ms: 10 }]);
    if (!parsed.ok) throw new Error('the rows are well formed');
    const text = renderAuditText(auditStudy(parsed.study), { color: false, width: 80 });
    expect(text).toContain('think-time: the design declares no think time');
  });
});
