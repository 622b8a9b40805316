import { describe, expect, test } from 'vitest';
import { OFFERS } from '../../fixtures/offers.ts';
import { answerInWords } from '../../../src/core/summary/answer/answer-in-words.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';
import {
  CAPACITY,
  DJANGO_ASGI,
  DJANGO_WSGI,
  type ExperimentOptions,
  FASTAPI,
  makeExperiment,
  USERS,
  summarise,
} from '../../fixtures/experiment-facts.ts';
import { makeFailedTrial } from '../../fixtures/trial-result.ts';

/** Made from results as they are, so that deployments go by their ids here. */
const answer = (options: ExperimentOptions = {}) => answerInWords(summarise(makeExperiment(options)));

function scaled(result: TrialResult, times: number): TrialResult {
  return { ...result, load: { ...result.load!, throughput_rps: result.load!.throughput_rps * times } };
}

/** 3 deployments × (10, 50, 100 users; 1, 16, 64 connections) × 3 blocks: service times 4.5, 10.8 and 13.5 ms. */
describe('three deployments, users and capacity', () => {
  const [waiting, latency, capacity, lower, cpu, standing, ...more] = answer();

  test('users who think tell nothing of throughput, and the answer says why', () => {
    expect(waiting).toBe(
      'At 10, 50 and 100 users fastapi, django-asgi and django-wsgi cannot be told apart by throughput: all were waiting for the users.',
    );
  });

  test('what can be compared there is latency, over all three levels', () => {
    expect(latency).toMatch(
      /^There fastapi answered faster on average than django-asgi \(3\.0\d–3\.\d\d×\) and django-wsgi \(2\.4\d–2\.\d\d×\) in all 3 cases\.$/,
    );
  });

  test('capacity is told at the highest load, each pair with its ratio and interval', () => {
    expect(capacity).toMatch(
      /^At capacity \(64 connections\) fastapi served 2\.40× \(2\.\d\d–2\.\d\d\) what django-wsgi served and 3\.00× \(2\.\d\d–3\.\d\d\) what django-asgi served; django-wsgi served 1\.25× \(1\.\d\d–1\.\d\d\) what django-asgi served\.$/,
    );
  });

  test('lower loads with the same verdicts take one sentence', () => {
    expect(lower).toBe(
      'At 1 and 16 connections the verdicts are the same (3.00–3.01× django-asgi, 2.40× django-wsgi).',
    );
  });

  test('it ends with CPU per request and how far all this may be believed', () => {
    expect(cpu).toMatch(/^Per request fastapi took less server CPU than .* in all 6 cases\.$/);
    expect(standing).toBe(
      'All 18 cells are valid; intervals are 95 % over n = 3 trials a cell and hold for this host and this measurement session.',
    );
    expect(more).toEqual([]);
  });

  test('the numbers in the sentence are those of the comparison', () => {
    const { comparisons } = summarise(makeExperiment());
    const pair = comparisons.find(
      (c) => c.metric === 'throughput_rps' && c.cell_a === 'fastapi.w1.c64' && c.b === 'django-wsgi',
    );
    expect(capacity).toContain(
      `${pair?.ratio?.toFixed(2)}× (${pair?.lo?.toFixed(2)}–${pair?.hi?.toFixed(2)}) what django-wsgi served`,
    );
  });
});

describe('places', () => {
  test('worker counts are named when there are several: the fewest and the most get a sentence', () => {
    const text = answer({ spec: { workers: [1, 2, 4] } });
    expect(text[0]).toContain('At 10, 50 and 100 users with 1, 2 and 4 workers');
    expect(text[2]).toMatch(/^At capacity \(64 connections with 1 worker\)/);
    expect(text[3]).toMatch(/^At capacity \(64 connections with 4 workers\)/);
    expect(text[4]).toMatch(
      /^At 1 and 16 connections with 1 and 4 workers and 1, 16 and 64 connections with 2 workers the verdicts are the same/,
    );
  });

  test('a lower load with other verdicts is told by itself', () => {
    const text = answer({
      spec: { load: [CAPACITY] },
      change: (result) => (result.cell === 'django-asgi.w1.c1' ? scaled(result, 9) : result),
    });
    expect(text[1]).toMatch(/^At 16 connections the verdicts are the same/);
    expect(text[2]).toMatch(
      /^At 1 connection django-asgi served 2\.99× \(.*\) what fastapi served and 7\.19× \(.*\) what django-wsgi served/,
    );
  });

  test('two families of users are kept apart by their think time', () => {
    const load = [
      { ...USERS, users: [10] },
      { ...USERS, users: [10], think_time_s: { constant: 5 }, id: 'slow' },
    ];
    expect(answer({ spec: { load } })[0]).toMatch(/^At 10 users thinking 1\.5 s and at 10 users thinking 5 s /);
  });

  test('a level where only some are limited says who was still waiting', () => {
    // 600 users ask for 400 requests/s; the two of Django give a part of it with their CPU used up.
    const part: Readonly<Record<string, number>> = { 'django-asgi': 0.55, 'django-wsgi': 0.7 };
    const text = answer({
      spec: { load: [{ ...USERS, users: [600], ramp_users_per_s: 1000 }] },
      change: (result, cell) => {
        const share = part[cell.deployment];
        if (share === undefined) return scaled(result, 1 + result.block / 1000);
        const { load } = result;
        const answered = Math.round(load!.requests * share);
        // N = X · (R + Z) with Z = 1.5 s.
        const mean = ((600 * 5) / answered - 1.5) * 1000;
        const rates = { answered_rps: answered / 5, throughput_rps: (answered / 5) * (1 + result.block / 1000) };
        return {
          ...result,
          load: { ...load!, ...rates, requests: answered, ok: answered, latency_ms: { ...load!.latency_ms, mean } },
          observation: { ...result.observation!, processes_busy: [0.97] },
        };
      },
    });
    expect(text[0]).toMatch(
      /^At 600 users fastapi, still waiting for its users, served 1\.43× \(.*\) what django-wsgi served and 1\.8\d× \(.*\) what django-asgi served; django-wsgi served 1\.2\d× /,
    );
  });
});

describe('what is not proven is not claimed', () => {
  const TWINS = { deployments: [DJANGO_ASGI, DJANGO_WSGI], load: [CAPACITY] };

  test('one repetition: values, no verdict', () => {
    expect(answer({ spec: { repetitions: 1 } })).toEqual([
      'At 10, 50 and 100 users fastapi, django-asgi and django-wsgi cannot be told apart by throughput: all were waiting for the users.',
      expect.stringMatching(
        /^At capacity \(64 connections\) the values were fastapi 222, django-wsgi 9\d\.\d and django-asgi 7\d\.\d requests\/s\.$/,
      ),
      'All 18 cells are valid; each was measured once (n = 1), so no interval is possible and no difference is claimed.',
    ]);
  });

  test('equal speed within the margin is called the same', () => {
    const [capacity, lower] = answer({ spec: TWINS, service_ms: { 'django-wsgi': 13.5 }, noise: 0.002 });
    expect(capacity).toMatch(
      /^At capacity \(64 connections\) django-\w+ served the same as django-\w+ \(1\.00×, .*\) within 3 %\.$/,
    );
    expect(lower).toBe('At 1 and 16 connections the verdicts are the same.');
  });

  test('a spread that hides any difference says how large one would have shown', () => {
    const [capacity] = answer({ spec: TWINS, service_ms: { 'django-wsgi': 13.2 }, noise: 0.2 });
    expect(capacity).toMatch(/cannot be told apart from .*; only a difference of \d+ % or more would have shown\)\.$/);
  });

  test('a difference that is lost to Holm is not claimed either', () => {
    const text = answer({ noise: 0.3 }).join(' ');
    expect(text).toContain('too weak after correction for the number of comparisons');
    expect(text).not.toMatch(/fastapi served [\d.]+×/);
  });
});

describe('what could not be measured', () => {
  const failing =
    (match: (cell: { deployment: string; workers: number }) => boolean): ExperimentOptions['change'] =>
    (result, cell) =>
      match(cell) ? makeFailedTrial({ cell, block: result.block }) : result;

  test('is left out of every sentence but the one that names it and its cause', () => {
    const text = answer({ change: failing((cell) => cell.deployment === 'django-wsgi') });
    expect(text.filter((sentence) => sentence.includes('django-wsgi'))).toEqual([
      'Not compared: django-wsgi (the server ended before it answered).',
    ]);
    expect(text[0]).toContain('fastapi and django-asgi cannot be told apart by throughput: both were waiting');
    expect(text.at(-1)).toMatch(/^Of 18 cells 12 are valid and 6 invalid;/);
  });

  test('is named as narrowly as it is: one worker count, one cell', () => {
    const workers = answer({
      spec: { workers: [1, 4] },
      change: failing((cell) => cell.deployment === 'fastapi' && cell.workers === 4),
    });
    expect(workers).toContain('Not compared: fastapi with 4 workers (the server ended before it answered).');
    const late = answer({
      change: (r) =>
        r.cell === 'fastapi.w1.c64' ? { ...r, load: { ...r.load!, void: true, void_reasons: ['late'] } } : r,
    });
    expect(late).toContain('Not compared: fastapi.w1.c64 (the load generator was late).');
  });

  test('capacity is told at the highest load where something can be compared, not where one is left alone', () => {
    const alone = answer({
      change: (r) =>
        r.cell.endsWith('.c64') && r.cell !== 'django-asgi.w1.c64'
          ? { ...r, load: { ...r.load!, void: true, void_reasons: ['late'] } }
          : r,
    });
    expect(alone[2]).toMatch(/^At capacity \(16 connections\) fastapi served 2\.40× .* what django-wsgi served/);
    expect(alone.join(' ')).not.toContain('64 connections');
  });

  test('when nothing is usable there is no answer, and the cause is said', () => {
    expect(answer({ change: failing(() => true) })).toEqual([
      'No trial can be used, so there is no answer.',
      'Not compared: fastapi, django-asgi and django-wsgi (the server ended before it answered).',
    ]);
  });

  test('suspect cells are counted with the rules that made them so', () => {
    const text = answer({
      change: (r) => (r.cell.startsWith('fastapi') ? { ...r, observation: { ...r.observation!, steal: 0.05 } } : r),
    });
    expect(text.at(-1)).toMatch(/^Of 18 cells 12 are valid and 6 suspect \(noisy-host\);/);
  });
});

describe('before and beside the planned end', () => {
  const RUNNING = { over: { partial: true }, status: { status: 'running', ended_at: null } } as const;

  test('a partial answer says how much of it is there', () => {
    const text = answer({ ...RUNNING, change: (r) => (r.block < 3 ? r : null) });
    expect(text[0]).toBe('So far 36 of 54 trials are done; what follows may still change.');
    expect(text.at(-1)).toContain('over n = 2 trials a cell');
    expect(answer({ ...RUNNING, change: () => null })).toEqual([
      'So far 0 of 54 trials are done; what follows may still change.',
      'No trial can be used yet.',
    ]);
  });

  test('a canceled and a failed experiment say after how many trials', () => {
    const early = (status: 'canceled' | 'failed', reason: 'canceled' | 'runner-lost') =>
      answer({ spec: { repetitions: 5 }, change: (r) => (r.block < 5 ? r : null), status: { status, reason } })[0];
    expect(early('canceled', 'canceled')).toBe('The experiment was canceled after 72 of 90 trials.');
    expect(early('failed', 'runner-lost')).toBe('The experiment failed after 72 of 90 trials (runner-lost).');
  });
});

describe('length', () => {
  test('one deployment alone: what it served, and that the users were its limit elsewhere', () => {
    expect(answer({ spec: { deployments: [FASTAPI] } })).toEqual([
      'At 10, 50 and 100 users fastapi served all that the users asked for, so its throughput there is theirs, not its limit.',
      expect.stringMatching(/^At capacity \(64 connections\) fastapi served \d+ \(\d+–\d+\) requests\/s\.$/),
      expect.stringMatching(/^All 6 cells are valid/),
    ]);
  });

  test('never more than eight sentences, the last always how far it may be believed', () => {
    const top = { ...CAPACITY, connections: [64] };
    const load = [{ ...USERS, users: [10] }, top, { ...top, id: 'b' }, { ...top, id: 'c' }];
    const text = answer({ spec: { deployments: [FASTAPI, DJANGO_ASGI], workers: [1, 4], load } });
    // Waiting, latency, three families at two worker counts, CPU and the last: ten, of which the least important go.
    expect(text).toHaveLength(8);
    expect(text[0]).toContain('waiting for the users');
    expect(text.filter((sentence) => sentence.startsWith('At capacity'))).toHaveLength(6);
    expect(text.at(-1)).toMatch(/^All 16 cells are valid/);
  });

  test('many deployments are told by the nearest and the farthest, and sentences stay short', () => {
    const deployments = Array.from({ length: 8 }, (_, i) => ({ id: `d${i}`, target: `t${i}`, server: 's' }));
    const service_ms = Object.fromEntries(deployments.map((d, i) => [d.id, 5 + 2 * i]));
    const text = answer({
      spec: {
        deployments,
        load: [
          { ...USERS, users: [10] },
          { ...CAPACITY, connections: [64] },
        ],
      },
      service_ms,
    });
    expect(text[0]).toMatch(/^At 10 users the 8 deployments cannot be told apart/);
    expect(text[2]).toMatch(
      /^At capacity \(64 connections\) d0 served more than 7 others, from 1\.\d\d× \(.*\) what d1 served to 3\.\d\d× \(.*\) what d7 served\.$/,
    );
    for (const sentence of text) expect(sentence.length).toBeLessThan(250);
  });
});

test('in results, deployments go by the names that tables and figures give them', () => {
  const facts = makeExperiment();
  const names: Record<string, string> = { fastapi: 'FastAPI', django: 'Django' };
  const targets = OFFERS.map((offer) => ({ ...offer, display_name: names[offer.target] ?? offer.target }));
  const said = summarise({ ...facts, targets }).answer.join(' ');
  expect(said).toMatch(/FastAPI \(ASGI\) served 2\.40× \([^)]+\) what Django \(WSGI\) served/);
  expect(said).not.toMatch(/django-wsgi/);
});
