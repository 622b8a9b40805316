import { EXAMPLE_CLAIMS } from './example-claims.ts';
import { studySchema } from './study.ts';
import type { Study, StudyInput } from './study.ts';
import type { CellRef } from './study-row.ts';

type Row = StudyInput['tables'][number]['rows'][number];

/** A row in the order in which the study prints it, each number as printed. */
function row(
  deployment: string,
  workers: number | null,
  users: number | null,
  [rps, mean, median, p95, errors]: readonly [string, string, string, string, string?],
): Row {
  return {
    deployment,
    workers,
    users,
    throughput_rps: rps,
    latency_mean_ms: mean,
    latency_p50_ms: median,
    latency_p95_ms: p95,
    error_rate_pct: errors ?? null,
  } satisfies CellRef & Row;
}

const FASTAPI = 'fastapi';
const ASGI = 'django-asgi';
const WSGI = 'django-wsgi';

/**
 * Every table with numbers of "A Comparative Analysis of Fastapi and Django Frameworks: Evaluating Performance,
 * Scalability, And Concurrency Efficiency in Modern Web Applications" (H. Joshi, S. Saroj, Ruchi, New Delhi, March 2026),
 * with its declared design. Facts re-entered from the document; the code that it links to was not run.
 */
export const EXAMPLE_STUDY: StudyInput = {
  title: 'A Comparative Analysis of FastAPI and Django Frameworks (Joshi, Saroj, Ruchi; March 2026)',
  design: {
    deployments: [
      { deployment: FASTAPI, command: 'uvicorn main:app --workers N', interface: 'asgi' },
      { deployment: ASGI, command: 'uvicorn project.asgi:application --workers N', interface: 'asgi' },
      { deployment: WSGI, command: 'uvicorn project.wsgi:application --workers N', interface: 'wsgi' },
    ],
    workers: [1, 4],
    users: [10, 50, 100],
    think_time_s: { uniform: [1, 2] },
    ramp_users_per_s: 10,
    // "a minimum of 60 seconds post-ramp": the ramp left out, the safer reading for the study.
    duration_s_min: 60,
    repetitions: 3,
    generator: 'same-machine',
    cores: 4,
  },
  tables: [
    {
      table: 'Table 5',
      holds: 'cells',
      rows: [
        row(FASTAPI, 1, 10, ['4.12', '15.38', '12', '33', '0.000']),
        row(FASTAPI, 1, 50, ['21.70', '17.35', '12', '41', '0.040']),
        row(FASTAPI, 1, 100, ['37.83', '166.38', '39', '780', '0.000']),
        row(ASGI, 1, 10, ['2.64', '19.63', '18', '36', '0.000']),
        row(ASGI, 1, 50, ['12.70', '26.30', '23', '58', '0.000']),
        row(ASGI, 1, 100, ['19.98', '799.83', '82', '5700', '3.45']),
        row(WSGI, 1, 10, ['2.55', '18.88', '17', '36', '0.000']),
        row(WSGI, 1, 50, ['13.13', '25.72', '22', '57', '0.000']),
        row(WSGI, 1, 100, ['19.35', '886.72', '88', '7200', '4.88']),
      ],
    },
    {
      table: 'Table 4',
      holds: 'cells',
      rows: [
        row(FASTAPI, 1, 100, ['37.83', '166.38', '39', '780', '0.000']),
        row(FASTAPI, 4, 100, ['37.13', '202.54', '32', '1100', '0.000']),
        row(ASGI, 1, 100, ['19.98', '799.83', '82', '5700', '3.45']),
        row(ASGI, 4, 100, ['22.80', '262.80', '65', '1200', '0.200']),
        row(WSGI, 1, 100, ['19.35', '886.72', '88', '7200', '4.88']),
        row(WSGI, 4, 100, ['23.03', '264.62', '83', '1000', '0.220']),
      ],
    },
    {
      table: 'Table 3',
      holds: 'means_over_users',
      rows: [
        row(FASTAPI, 1, null, ['21.22', '66.37', '21', '284.7', '0.013']),
        row(FASTAPI, 4, null, ['20.20', '249.76', '19.3', '742', '0.000']),
        row(ASGI, 1, null, ['11.78', '281.92', '41', '1931', '1.15']),
        row(ASGI, 4, null, ['12.53', '217.37', '40', '1183', '0.030']),
        row(WSGI, 1, null, ['11.68', '310.44', '42', '2431', '1.63']),
        row(WSGI, 4, null, ['12.76', '196.15', '46', '1130', '0.020']),
      ],
    },
    {
      table: 'Table 6',
      holds: 'means_over_users',
      rows: [
        row(FASTAPI, 4, null, ['20.20', '249.76', '19.3', '742', '0.000']),
        row(ASGI, 4, null, ['12.53', '217.37', '40', '1183', '0.030']),
        row(WSGI, 4, null, ['12.76', '196.15', '46', '1130', '0.020']),
      ],
    },
    {
      // "Raw Benchmark Observations": without a column for workers or errors.
      table: 'Table A1',
      holds: 'observations',
      rows: [
        row(FASTAPI, null, 10, ['4.12', '15.38', '12', '33']),
        row(FASTAPI, null, 50, ['21.70', '17.35', '12', '41']),
        row(FASTAPI, null, 100, ['37.83', '166.38', '39', '780']),
        row(ASGI, null, 10, ['2.64', '19.62', '18', '36']),
        row(ASGI, null, 50, ['12.70', '26.30', '23', '58']),
        row(ASGI, null, 100, ['19.98', '799.83', '82', '5700']),
        row(WSGI, null, 10, ['2.55', '18.88', '17', '36']),
        row(WSGI, null, 50, ['13.13', '25.72', '22', '57']),
        row(WSGI, null, 100, ['19.35', '886.72', '88', '7200']),
      ],
    },
  ],
  spreads: [
    {
      table: 'Table 7',
      metric: 'latency_mean_ms',
      over: 'users',
      workers: 1,
      rows: [
        { deployment: FASTAPI, mean: '66.37', sd: '69.20', variance: '4788.6', cv: '1.04' },
        { deployment: ASGI, mean: '281.92', sd: '360.15', variance: '129708.0', cv: '1.28' },
        { deployment: WSGI, mean: '310.44', sd: '408.72', variance: '167051.8' },
      ],
    },
    {
      table: 'Table 8',
      metric: 'throughput_rps',
      over: 'users',
      workers: 1,
      rows: [
        { deployment: FASTAPI, mean: '21.22', sd: '13.75', variance: '189.10' },
        { deployment: ASGI, mean: '11.77', sd: '7.24', variance: '52.40' },
        { deployment: WSGI, mean: '11.68', sd: '7.19', variance: '51.70' },
      ],
    },
  ],
  claims: EXAMPLE_CLAIMS,
};

/** The example parsed, for whoever wants its numbers and not its form. */
export function exampleStudy(): Study {
  return studySchema.parse(EXAMPLE_STUDY);
}
