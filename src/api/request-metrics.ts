import type { Family, Sample } from './prometheus-text.ts';

/** Upper bounds in seconds. A claim and a long poll wait up to 25 s; what is beyond is in `+Inf`. */
const BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Any other method is counted as one, so that no client can make series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

interface Durations {
  readonly labels: Readonly<Record<string, string>>;
  /** Per bucket, not yet added up. */
  readonly counts: number[];
  count: number;
  sum: number;
}

/** What this process has answered since it started: by route template, method and status, never by path. */
export class RequestMetrics {
  #inFlight = 0;
  readonly #answers = new Map<string, { labels: Record<string, string>; count: number }>();
  readonly #durations = new Map<string, Durations>();

  begin(): void {
    this.#inFlight += 1;
  }

  end(request: { readonly route: string; readonly method: string; readonly status: number; seconds: number }): void {
    this.#inFlight -= 1;
    const { route, status, seconds } = request;
    const method = METHODS.has(request.method) ? request.method : 'OTHER';
    const counted = this.#answers.get(`${route} ${method} ${status}`) ?? {
      labels: { route, method, status: String(status) },
      count: 0,
    };
    counted.count += 1;
    this.#answers.set(`${route} ${method} ${status}`, counted);
    const durations = this.#durations.get(`${route} ${method}`) ?? {
      labels: { route, method },
      counts: BUCKETS_S.map(() => 0),
      count: 0,
      sum: 0,
    };
    const bucket = BUCKETS_S.findIndex((bound) => seconds <= bound);
    if (bucket >= 0) durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1;
    durations.count += 1;
    durations.sum += seconds;
    this.#durations.set(`${route} ${method}`, durations);
  }

  families(): Family[] {
    return [
      {
        name: 'benchwright_http_requests_total',
        type: 'counter',
        help: 'Requests answered by this process.',
        samples: [...this.#answers.values()].map(({ labels, count }) => ({ labels, value: count })),
      },
      {
        name: 'benchwright_http_request_duration_seconds',
        type: 'histogram',
        help: 'Time until the answer began; long polls and claims wait in it.',
        samples: [...this.#durations.values()].flatMap(histogramSamples),
      },
      {
        name: 'benchwright_http_requests_in_flight',
        type: 'gauge',
        help: 'Requests that are being worked on, this one included.',
        samples: [{ value: this.#inFlight }],
      },
    ];
  }
}

/** Buckets of the format hold all that is at most their bound. */
function histogramSamples({ labels, counts, count, sum }: Durations): Sample[] {
  let below = 0;
  const buckets = BUCKETS_S.map((bound, i) => {
    below += counts[i] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}
