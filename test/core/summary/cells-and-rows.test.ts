import { describe, expect, test } from 'vitest';
import { CAPACITY, FASTAPI, makeExperiment, summarise, USERS } from '../../fixtures/experiment-facts.ts';
import { makeFailedTrial } from '../../fixtures/trial-result.ts';

const RUNNING = { over: { partial: true }, status: { status: 'running', ended_at: null } } as const;

describe('bottleneck labels', () => {
  test('users who think are load-limited, saturated connections server-bound, in cells and in trials', () => {
    const results = summarise(makeExperiment());
    for (const row of [...results.cells, ...results.trials]) {
      const users = 'load' in row ? row.load.users : row.users;
      expect(row.bottleneck).toBe(users === null ? 'server-bound' : 'load-limited');
    }
  });

  test('connections that gain nothing over a quarter of them, with CPU to spare, are pool-bound; the lowest level is mixed', () => {
    const results = summarise(
      makeExperiment({
        spec: { deployments: [FASTAPI], load: [CAPACITY] },
        change: (result) => ({ ...result, observation: { ...result.observation!, processes_busy: [0.5] } }),
      }),
    );
    expect(results.cells.map((cell) => [cell.load.connections, cell.bottleneck])).toEqual([
      [1, 'mixed'],
      [16, 'pool-bound'],
      [64, 'pool-bound'],
    ]);
  });

  test('an invalid cell still says that the generator bound it', () => {
    const results = summarise(
      makeExperiment({
        spec: { deployments: [FASTAPI], load: [CAPACITY] },
        change: (result) => ({
          ...result,
          load: { ...result.load!, generator: { ...result.load!.generator, busy: 0.93 } },
        }),
      }),
    );
    expect(results.cells.map((cell) => [cell.validity, cell.bottleneck, cell.n])).toEqual([
      ['invalid', 'generator-bound', 0],
      ['invalid', 'generator-bound', 0],
      ['invalid', 'generator-bound', 0],
    ]);
    expect(results.cells[0]?.throughput_rps).toMatchObject({ value: null, reason: 'no-usable-trial' });
  });
});

describe('trials', () => {
  test('come in the order of the schedule, numbered from 1', () => {
    const facts = makeExperiment();
    const { trials, schedule } = summarise(facts);
    expect(trials.map((t) => t.position)).toEqual(Array.from({ length: 54 }, (_, i) => i + 1));
    expect(trials.map((t) => [t.block, t.cell])).toEqual(
      schedule.flatMap((b) => b.cells.map((cell) => [b.block, cell])),
    );
  });

  test('keep their places while others are missing', () => {
    const whole = summarise(makeExperiment());
    const part = summarise(makeExperiment({ ...RUNNING, change: (r) => (r.block === 2 ? null : r) }));
    const place = new Map(whole.trials.map((t) => [t.id, t.position]));
    for (const trial of part.trials) expect(trial.position).toBe(place.get(trial.id));
  });

  test('that failed have step, reason and words, no values, and are not usable', () => {
    const { trials, cells, software } = summarise(
      makeExperiment({
        spec: { load: [CAPACITY] },
        change: (r, cell) => (cell.deployment === 'django-wsgi' ? makeFailedTrial({ cell, block: r.block }) : r),
      }),
    );
    const failed = trials.filter((t) => t.deployment === 'django-wsgi');
    expect(failed).toHaveLength(9);
    for (const row of failed)
      expect(row).toMatchObject({
        state: 'error',
        step: 'ready',
        reason: 'exited-early',
        usable: false,
        throughput_rps: null,
        bottleneck: null,
      });
    expect(failed[0]?.says).toBe('The server exited with code 1 before it answered.');
    expect(cells.find((c) => c.deployment === 'django-wsgi')).toMatchObject({
      validity: 'invalid',
      n: 0,
      bottleneck: null,
    });
    expect(software.map((s) => s.deployment)).toEqual(['fastapi', 'django-asgi', 'django-wsgi']);
  });

  test('of cells that the spec does not have are left out', () => {
    const facts = makeExperiment({ spec: { deployments: [FASTAPI], load: [CAPACITY] } });
    const stray = { id: 'trl_stray', result: { ...facts.trials[0]!.result, cell: 'other.w1.c1' } };
    expect(summarise({ ...facts, trials: [...facts.trials, stray] })).toEqual(summarise(facts));
  });
});

describe('an experiment that is not complete', () => {
  test('while it runs, cells with one good trial are valid and those without are not judged', () => {
    const results = summarise(
      makeExperiment({ ...RUNNING, change: (r) => (r.block === 1 && r.cell.includes('.u') ? r : null) }),
    );
    expect(results.partial).toBe(true);
    expect(new Set(results.cells.map((cell) => `${cell.n} ${cell.validity}`))).toEqual(new Set(['1 valid', '0 null']));
    expect(results.cells.find((cell) => cell.n === 0)?.throughput_rps.reason).toBe('no-usable-trial');
  });

  test('a canceled one says invalid, with its finding, of cells that were never run', () => {
    const results = summarise(
      makeExperiment({
        change: (r) => (r.cell.includes('.u') ? r : null),
        status: { status: 'canceled', reason: 'canceled' },
      }),
    );
    const unrun = results.cells.filter((cell) => cell.trials.length === 0);
    expect(unrun.length).toBeGreaterThan(0);
    for (const cell of unrun) {
      expect(cell.validity).toBe('invalid');
      expect(cell.findings.map((finding) => finding.rule)).toContain('unusable-trials');
    }
  });

  test('a canceled one has no silent drops, yet too few trials make its cells invalid', () => {
    const results = summarise(
      makeExperiment({ change: (r) => (r.block < 3 ? r : null), status: { status: 'canceled', reason: 'canceled' } }),
    );
    const rules = new Set(
      results.cells.flatMap((cell) => cell.findings.filter((f) => f.severity === 'INVALID').map((f) => f.rule)),
    );
    expect(rules).toEqual(new Set(['unusable-trials']));
  });

  test('one that succeeded without a trial it scheduled has dropped it silently', () => {
    const missing = (slug: string) => (r: { cell: string; block: number }) => r.cell === slug && r.block === 2;
    const gone = missing('fastapi.w1.c16');
    const results = summarise(makeExperiment({ spec: { repetitions: 5 }, change: (r) => (gone(r) ? null : r) }));
    const cell = results.cells.find((c) => c.cell === 'fastapi.w1.c16');
    expect(cell).toMatchObject({ n: 4, validity: 'invalid' });
    expect(cell?.findings.some((f) => f.rule === 'silent-drop' && f.trial === '2/1')).toBe(true);
  });
});

test('suspect: at least half of the trials suspect makes the cell suspect, fewer do not', () => {
  const noisy = (blocks: number) =>
    summarise(
      makeExperiment({
        spec: { deployments: [FASTAPI], load: [USERS], repetitions: 5 },
        change: (r) => (r.block <= blocks ? { ...r, observation: { ...r.observation!, steal: 0.05 } } : r),
      }),
    ).cells[0]?.validity;
  expect([2, 3].map(noisy)).toEqual(['valid', 'suspect']);
});

test('software lists command and versions once for each deployment and worker count', () => {
  const { software } = summarise(makeExperiment({ spec: { workers: [1, 4], load: [CAPACITY] } }));
  expect(software.map((s) => [s.deployment, s.workers, s.argv.at(-1)])).toEqual([
    ['fastapi', 1, '1'],
    ['fastapi', 4, '4'],
    ['django-asgi', 1, '1'],
    ['django-asgi', 4, '4'],
    ['django-wsgi', 1, '1'],
    ['django-wsgi', 4, '4'],
  ]);
});
