import type { StudyInput } from './study.ts';
import type { CellRef } from './study-row.ts';

type ClaimInput = NonNullable<StudyInput['claims']>[number];

const FASTAPI = 'fastapi';
const ASGI = 'django-asgi';
const WSGI = 'django-wsgi';
const DJANGO = [ASGI, WSGI];

const at = (deployment: string, workers: number, users: number | null): CellRef => ({ deployment, workers, users });

/** Sentences of the example study that its tables can confirm or contradict, with the section of each. */
const SENTENCES: readonly ClaimInput[] = [
  {
    kind: 'every_pair',
    quote: 'throughput exceeding that of Django by approximately 60-95%',
    at: 'Abstract',
    metric: 'throughput_rps',
    of: FASTAPI,
    against: DJANGO,
    ratio_at_least: 1.595,
    ratio_at_most: 1.955,
  },
  {
    kind: 'every_pair',
    quote: 'significantly lower 95th percentile latency under high-load conditions',
    at: 'Abstract',
    metric: 'latency_p95_ms',
    of: FASTAPI,
    against: DJANGO,
    users: [100],
    ratio_at_least: 1,
  },
  {
    kind: 'every_pair',
    quote: 'consistently doubles or approaches double the throughput of any Django configuration',
    at: 'Figure 5',
    metric: 'throughput_rps',
    of: FASTAPI,
    against: DJANGO,
    users: [100],
    ratio_at_least: 2,
  },
  {
    kind: 'change',
    quote: "Django's mean latency increases by approximately 4,000% between 50 and 100 users",
    at: '6.3',
    metric: 'latency_mean_ms',
    from: at(ASGI, 1, 50),
    to: at(ASGI, 1, 100),
    printed_pct: 4000,
  },
  {
    kind: 'change',
    quote: "FastAPI's mean latency increases by approximately 860% over the same range",
    at: '6.3',
    metric: 'latency_mean_ms',
    from: at(FASTAPI, 1, 50),
    to: at(FASTAPI, 1, 100),
    printed_pct: 860,
  },
  {
    kind: 'order',
    quote: 'a slightly lower throughput … — a pattern that reverses under high-load conditions',
    at: '6.1',
    metric: 'throughput_rps',
    better: at(FASTAPI, 4, 100),
    worse: at(FASTAPI, 1, 100),
  },
  {
    kind: 'every_pair',
    quote: 'the 95th percentile latency performance at high load … reveals … WSGI degrades more severely',
    at: '6.4',
    metric: 'latency_p95_ms',
    of: ASGI,
    against: [WSGI],
    users: [100],
    ratio_at_least: 1,
  },
  {
    kind: 'every_pair',
    quote: "ASGI deployment moderately improves Django's performance over WSGI at high load",
    at: 'Figure 4',
    metric: 'throughput_rps',
    of: ASGI,
    against: [WSGI],
    workers: [4],
    users: [100],
    ratio_at_least: 1,
  },
  {
    kind: 'saturated',
    quote: "the single worker's request queue becomes filled faster than it can be drained",
    at: '6.3',
    cell: at(ASGI, 1, 100),
    probe: at(ASGI, 1, 10),
  },
  {
    kind: 'saturated',
    quote: 'The WSGI configuration reaches this saturation point more acutely',
    at: '6.3',
    cell: at(WSGI, 1, 100),
    probe: at(WSGI, 1, 10),
  },
  {
    kind: 'saturated',
    quote: 'saturates CPU capacity near the single-worker throughput ceiling',
    at: '6.2',
    cell: at(FASTAPI, 1, 100),
    probe: at(FASTAPI, 1, 10),
  },
  {
    kind: 'sd_below_mean',
    quote: "FastAPI's lower standard deviation (69.20 ms) relative to its mean (66.37 ms)",
    at: '8.1',
    table: 'Table 7',
    deployment: FASTAPI,
  },
  {
    kind: 'change',
    quote: 'reducing average latency by approximately 70% at peak load',
    at: 'Abstract',
    metric: 'latency_mean_ms',
    from: at(ASGI, 1, 100),
    to: at(ASGI, 4, 100),
    printed_pct: -70,
  },
  {
    kind: 'change',
    quote: 'four workers reduced mean latency by 70%',
    at: '9.4',
    metric: 'latency_mean_ms',
    from: at(WSGI, 1, 100),
    to: at(WSGI, 4, 100),
    printed_pct: -70,
  },
  {
    kind: 'change',
    quote: 'from 799.83 ms to 262.80 ms (a 67% reduction)',
    at: '6.2',
    metric: 'latency_mean_ms',
    from: at(ASGI, 1, 100),
    to: at(ASGI, 4, 100),
    printed_pct: -67,
  },
  {
    kind: 'change',
    quote: "reduced Django's average latency by 22-37%",
    at: '6.1',
    metric: 'latency_mean_ms',
    from: at(ASGI, 1, null),
    to: at(ASGI, 4, null),
    printed_pct: -22,
  },
  {
    kind: 'change',
    quote: "reduced Django's average latency by 22-37%",
    at: '6.1',
    metric: 'latency_mean_ms',
    from: at(WSGI, 1, null),
    to: at(WSGI, 4, null),
    printed_pct: -37,
  },
  {
    kind: 'change',
    quote: '5,700 ms versus 7,200 ms for WSGI — an improvement of 21% in tail latency',
    at: '9.3',
    metric: 'latency_p95_ms',
    from: at(WSGI, 1, 100),
    to: at(ASGI, 1, 100),
    printed_pct: -21,
  },
  {
    kind: 'order',
    quote: '7,200 ms — over nine times greater',
    at: '6.2',
    metric: 'latency_p95_ms',
    better: at(FASTAPI, 1, 100),
    worse: at(WSGI, 1, 100),
    ratio_at_least: 9,
  },
  {
    kind: 'every_pair',
    quote: 'H1: FastAPI achieves measurably higher throughput … at equivalent concurrency levels',
    at: '1.5',
    metric: 'throughput_rps',
    of: FASTAPI,
    against: DJANGO,
    ratio_at_least: 1,
  },
  {
    kind: 'every_pair',
    quote: 'H1: … and lower latency than Django at equivalent concurrency levels',
    at: '1.5',
    metric: 'latency_mean_ms',
    of: FASTAPI,
    against: DJANGO,
    ratio_at_least: 1,
  },
];

type Threshold = Extract<ClaimInput, { kind: 'threshold' }>;

function limit(
  quote: string,
  where: string,
  cell: CellRef,
  metric: Threshold['metric'],
  op: Threshold['op'],
  value: number,
): Threshold {
  return { kind: 'threshold', quote, at: where, cell, metric, op, value };
}

/** The expected outcomes of Table B1, and the limits that figures and text name. */
const LIMITS: readonly ClaimInput[] = [
  limit('TC-01: <20 ms mean', 'Table B1', at(FASTAPI, 1, 10), 'latency_mean_ms', '<', 20),
  limit('TC-01: zero errors', 'Table B1', at(FASTAPI, 1, 10), 'error_rate_pct', '==', 0),
  limit('TC-02: >30 req/sec', 'Table B1', at(FASTAPI, 4, 100), 'throughput_rps', '>', 30),
  limit('TC-02: <1,200 ms 95th pct.', 'Table B1', at(FASTAPI, 4, 100), 'latency_p95_ms', '<', 1200),
  limit('TC-02: zero errors', 'Table B1', at(FASTAPI, 4, 100), 'error_rate_pct', '==', 0),
  limit('TC-03: <25 ms mean', 'Table B1', at(ASGI, 1, 10), 'latency_mean_ms', '<', 25),
  limit('TC-03: zero errors', 'Table B1', at(ASGI, 1, 10), 'error_rate_pct', '==', 0),
  limit('TC-04: >700 ms mean', 'Table B1', at(ASGI, 1, 100), 'latency_mean_ms', '>', 700),
  limit('TC-04: error rate >3%', 'Table B1', at(ASGI, 1, 100), 'error_rate_pct', '>', 3),
  limit('TC-05: error rate <0.5%', 'Table B1', at(ASGI, 4, 100), 'error_rate_pct', '<', 0.5),
  limit('TC-06: >4% errors', 'Table B1', at(WSGI, 1, 100), 'error_rate_pct', '>', 4),
  limit('TC-06: >7,000 ms 95th pct.', 'Table B1', at(WSGI, 1, 100), 'latency_p95_ms', '>', 7000),
  limit('error rates exceeding 3% at 100 concurrent users', 'Figure 3', at(ASGI, 1, 100), 'error_rate_pct', '>', 3),
  limit('error rates exceeding 3% at 100 concurrent users', 'Figure 3', at(WSGI, 1, 100), 'error_rate_pct', '>', 3),
  {
    kind: 'order',
    quote: 'TC-05: significant latency reduction vs. TC-04',
    at: 'Table B1',
    metric: 'latency_mean_ms',
    better: at(ASGI, 4, 100),
    worse: at(ASGI, 1, 100),
  },
];

export const EXAMPLE_CLAIMS: ClaimInput[] = [...SENTENCES, ...LIMITS];
