import type { Study, StudyInput } from '../../../src/core/audit/study.ts';
import { studySchema } from '../../../src/core/audit/study.ts';

/** A study without a fault: users that pause 1–2 s, throughput N/(1.5 + R), everything printed, five shuffled repetitions. */
export function cleanStudy(): StudyInput {
  const row = (deployment: string, workers: number, users: number, mean_ms: number) => ({
    deployment,
    workers,
    users,
    throughput_rps: (users / (1.5 + mean_ms / 1000)).toFixed(2),
    latency_mean_ms: mean_ms.toFixed(2),
    latency_p50_ms: (mean_ms * 0.9).toFixed(1),
    latency_p95_ms: (mean_ms * 1.8).toFixed(1),
    error_rate_pct: '0.000',
  });
  return {
    title: 'A clean study',
    design: {
      deployments: [
        { deployment: 'fast', command: 'uvicorn main:app --workers N', interface: 'asgi' },
        { deployment: 'slow', command: 'uvicorn p.wsgi:application --interface wsgi --workers N', interface: 'wsgi' },
      ],
      workers: [1],
      users: [10, 50],
      think_time_s: { uniform: [1, 2] },
      ramp_users_per_s: 10,
      duration_s_min: 60,
      repetitions: 5,
      order: 'shuffled',
      generator: 'own-machine',
      cores: 4,
    },
    tables: [
      {
        table: 'Results',
        holds: 'cells',
        rows: [row('fast', 1, 10, 5), row('fast', 1, 50, 6), row('slow', 1, 10, 9), row('slow', 1, 50, 12)],
      },
    ],
  };
}

/** The clean study after one change to its input. */
export function studyWith(change: (input: StudyInput) => void): Study {
  const input = cleanStudy();
  change(input);
  return studySchema.parse(input);
}
