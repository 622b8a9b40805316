import { describe, expect, it } from 'vitest';
import { gateSentence, openText } from '../../src/core/gate/gate-text.ts';
import { INCONCLUSIVE_REASONS } from '../../src/core/gate/verdict.ts';
import { resultsSchema } from '../../src/core/results.ts';
import { renderGateText } from '../../src/report/gate-text.ts';
import { renderPage } from '../../src/report/page.ts';
import { renderSummary } from '../../src/report/terminal.ts';
import { CHECKS, makeGatedResults } from '../fixtures/gated-results.ts';
import { makeResults } from '../fixtures/results.ts';
import { unbalanced } from './balance.ts';

const results = makeGatedResults();
const still = { live: null, generated_at: null };
const plain = { width: 100, color: false };
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => Array.from(line).length));

describe('the gate in a sentence', () => {
  it('names what failed, and only that', () => {
    expect(gateSentence(results.thresholds, 'failed')).toBe(
      'The gate failed: django-asgi.w1.c16: 0.912× (0.881–0.944) of fastapi.w1.c16, expected throughput_rps worse by 3 % at most.',
    );
  });

  it('says of an inconclusive one that it is no failure, and what would have shown or what is missing', () => {
    const [expectations] = results.thresholds;
    expect(gateSentence([{ ...expectations!, checks: [CHECKS.open, CHECKS.withheld] }], 'inconclusive')).toBe(
      'The gate is inconclusive, which is no failure: django-asgi.w4.c16: 0.980× (0.930–1.030) of fastapi.w4.c16, expected throughput_rps worse by 3 % at most (only a difference of 11 % or more would have shown); fastapi.w1.u10: 6.63 (6.56–6.71), expected throughput_rps > 5 (the load set the rate, not the server).',
    );
  });

  it('gives a number more digits where it would read like the limit that it does not reach', () => {
    const check = { ...CHECKS.passed, value: 780, lo: 760.2, hi: 799.7 };
    const passed = [{ id: 'T1', kind: 'expect' as const, verdict: 'passed' as const, checks: [check] }];
    expect(gateSentence(passed, 'passed')).toContain('780 (760–799.7), expected latency_p95_ms < 800');
    const worse = { ...CHECKS.failed, hi: 0.9706 };
    expect(gateSentence([{ ...passed[0]!, verdict: 'failed', checks: [worse] }], 'failed')).toContain('(0.881–0.9706)');
  });

  it('says where every check holds and the experiment has not why nothing passed', () => {
    const held = [{ id: 'T1', kind: 'expect' as const, verdict: 'passed' as const, checks: [CHECKS.passed] }];
    expect(gateSentence(held, 'inconclusive')).toMatch(/a part of an experiment passes nothing\.$/);
  });

  it('has words for every reason', () => {
    for (const reason of [
      ...INCONCLUSIVE_REASONS,
      'withheld',
      'hidden-few-samples',
      'one-event',
      'censored',
      'no-spread',
    ])
      expect(openText({ ...CHECKS.open, mde: null, reason })).not.toBe(reason.replaceAll('-', ' '));
  });

  it('counts what more than three did, and all that passed', () => {
    const many = [
      { id: 'T1', kind: 'expect' as const, verdict: 'failed' as const, checks: Array(5).fill(CHECKS.failed) },
    ];
    expect(gateSentence(many, 'failed')).toMatch(/; 2 more checks\.$/);
    const passed = [{ ...many[0]!, checks: [CHECKS.passed, CHECKS.errors] }];
    expect(gateSentence(passed, 'passed')).toBe('The gate passed: all 2 checks hold.');
    expect(gateSentence([{ ...passed[0]!, checks: [CHECKS.errors] }], 'passed')).toBe(
      'The gate passed: fastapi.w1.c16: 0 % (0 %–0.04 %), expected error_rate == 0.',
    );
  });

  it('is silent without a verdict', () => {
    expect(gateSentence(results.thresholds, 'none')).toBeNull();
  });
});

describe('the gate on the page', () => {
  const page = renderPage(results, still);
  const table = /<figure class="table" id="table-gate">([\s\S]*?)<\/figure>/.exec(page)?.[1] ?? '';

  it('is a section with its verdict and a row for each check', () => {
    expect(resultsSchema.parse(results)).toEqual(results);
    expect(unbalanced(page)).toEqual([]);
    expect(page).toContain('<a href="#gate">Gate</a>');
    expect(page).toMatch(/<h2>Gate <span class="pill failed">failed<\/span><\/h2>/);
    expect(table.match(/<tr/g)).toHaveLength(6);
    expect(table).toContain('0.912× (0.881–0.944) of fastapi.w1.c16');
    expect(table).toContain('<span class="pill failed">failed</span>');
    expect(table).toContain('>11 %</td>');
    expect(table).toContain('the load set the rate, not the server');
    expect(table).toContain('the intervals shown are not adjusted');
    expect(table).toContain('paired; p after Holm 0.0021');
  });

  it('has the verdict of a check beside its threshold, where a phone shows it without being scrolled', () => {
    const heads = [...table.matchAll(/<th[^>]*>(?:<[^>]+>)*([^<]+)/g)].map((match) => match[1]);
    expect(heads.slice(0, 3)).toEqual(['Threshold', 'Verdict', 'Cell']);
  });

  it('says what the baseline is, and how many sessions stand behind it', () => {
    expect(page).toContain(
      'Baseline: exp_0197aaaa, commit 0f3c5d7e9b1a, measured 2026-07-01 10:00 UTC, host cccccccccccccccc; 11 measurement sessions of the series on this host.',
    );
  });

  it('is not there without thresholds, and has no verdict while the experiment runs', () => {
    expect(renderPage(makeResults(), still)).not.toContain('id="gate"');
    const running = { ...makeGatedResults({ done: 40 }), verdict: 'none' as const };
    expect(renderPage(running, still)).toContain('<h2>Gate <small>so far</small></h2>');
  });

  it('shows series and commits of the spec among the key facts', () => {
    const { experiment } = results;
    const spec = {
      ...experiment.spec,
      series: 'shop',
      deployments: [
        { id: 'base', target: 'shop', server: 'uvicorn', ref: 'main' },
        { id: 'head', target: 'shop', server: 'uvicorn', ref: '0f3c5d7' },
        { id: 'other', target: 'shop', server: 'uvicorn' },
      ],
    };
    const shown = renderPage({ ...results, experiment: { ...experiment, spec } }, still);
    expect(shown).toContain('<dt>Series</dt><dd>shop</dd>');
    expect(shown).toContain('<dt>Commits</dt><dd>base main, head 0f3c5d7</dd>');
    expect(page).not.toContain('<dt>Series</dt>');
  });
});

describe('the gate on a terminal', () => {
  it('is part of the summary, what failed first', () => {
    const text = renderSummary(results, plain);
    expect(text).toMatch(/^Gate: failed$/m);
    const order = [...text.matchAll(/^ {2}(failed|inconclusive|passed) (T1|speed), /gm)].map((match) => match[1]);
    expect(order).toEqual(['failed', 'inconclusive', 'inconclusive', 'passed', 'passed']);
    expect(renderSummary(makeResults(), plain)).not.toContain('Gate');
  });

  it('alone is the verdict and its checks, within the width', () => {
    const text = renderGateText(results, plain);
    expect(text.split('\n')[0]).toBe('FastAPI against Django: gate failed');
    expect(text).toContain(
      [
        '  failed speed, expected throughput_rps worse by 3 % at most',
        '    django-asgi.w1.c16: 9.6 % worse, 0.912× (0.881–0.944) of fastapi.w1.c16\n',
      ].join('\n'),
    );
    for (const width of [60, 80, 200]) {
      const at = renderGateText(results, { width, color: false });
      expect(widest(at)).toBeLessThanOrEqual(Math.min(100, width));
    }
  });

  it('says why a cell is invalid, and nothing of what is only suspect', () => {
    const [cell] = results.cells;
    const finding = { rule: 'generator-lag', cell: cell!.cell, trial: null, evidence: {}, remedy: 'Quiet.' };
    const findings = [
      { ...finding, severity: 'INVALID' as const, says: 'The generator was late.' },
      { ...finding, severity: 'SUSPECT' as const, rule: 'noisy-host', says: 'The host was not quiet.' },
    ];
    const text = renderGateText({ ...results, cells: [{ ...cell!, validity: 'invalid', findings }] }, plain);
    expect(text).toContain('\n  invalid generator-lag, 1 cell: The generator was late.\n');
    expect(text).not.toContain('noisy-host');
    // A run of it that was void and was run again.
    const valid = renderGateText({ ...results, cells: [{ ...cell!, validity: 'valid', findings }] }, plain);
    expect(valid).not.toContain('generator-lag');
  });

  it('says which trials could not be run, and why the first could not', () => {
    const [trial] = results.trials;
    const failed = { ...trial!, state: 'error' as const, cell: 'head.w1.c16', says: 'The build failed.' };
    const text = renderGateText({ ...results, trials: [trial!, failed, failed] }, plain);
    expect(text).toContain('\n  2 trials not ok, head.w1.c16 first: The build failed.\n');
    expect(renderGateText({ ...results, trials: [trial!] }, plain)).not.toContain('not ok');
  });

  it('says of an inconclusive gate that it is no failure, and that there is none without thresholds', () => {
    expect(renderGateText({ ...results, verdict: 'inconclusive' }, plain)).toContain(
      'inconclusive, which is no failure',
    );
    expect(renderGateText(makeResults(), plain)).toContain('has no thresholds');
  });

  it('says how an experiment ended that did not succeed', () => {
    const experiment = { ...results.experiment, status: 'failed' as const, reason: 'no-ok-trial' as const };
    expect(renderGateText({ ...results, experiment }, plain)).toContain('(failed: no-ok-trial): gate failed');
  });

  it('lets no control character through, and has colours only when asked', () => {
    const hostile = { ...makeGatedResults({ text: 'evil\u001b[2J' }), baseline: null };
    expect(renderGateText(hostile, plain)).not.toContain('\u001b');
    expect(renderGateText(results, { width: 100, color: true })).toContain('\u001b[31m');
  });
});
