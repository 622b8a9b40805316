import { MAX_CONNECTIONS, MAX_USERS } from '../../core/limits.ts';
import type { LoadModel, LoadPlan } from '../../core/load-plan.ts';
import { DEFAULT_RAMP_USERS_PER_S } from '../../core/spec.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** The options of `benchwright load` as they were typed. */
export interface LoadOptions {
  readonly connections?: string;
  readonly users?: string;
  readonly thinkTime?: string;
  readonly ramp?: string;
  readonly duration: string;
  readonly warmup: string;
  readonly timeout: string;
  readonly method: string;
  readonly seed: string;
  readonly json?: boolean;
}

/** What wrk uses when nothing is said. */
const DEFAULT_CONNECTIONS = 10;
/** An hour: longer runs are experiments, with repetitions. */
const MAX_DURATION_S = 3600;
const MAX_TIMEOUT_S = 600;
const HTTP_PORT = 80;

/** Success of an ad hoc request: any answer that is neither 4xx nor 5xx. */
const SUCCESS = Array.from({ length: 200 }, (_, i) => 200 + i);

const UNIT_S: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60 };

/** Collects what is wrong, so that all of it is said at once. */
class Reading {
  readonly problems: string[] = [];

  number(flag: string, text: string, low: number, high: number, whole: boolean): number {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    const fits = value >= low && value <= high && (!whole || Number.isInteger(value));
    if (!fits)
      this.problems.push(`${flag}: expected a ${whole ? 'whole ' : ''}number from ${low} to ${high}, got "${text}"`);
    return fits ? value : low;
  }

  /** `10` and `10s`: seconds; `500ms`, `2m`. */
  seconds(flag: string, text: string, low: number, high: number): number {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text.trim());
    const value = Number(match?.[1]) * (UNIT_S[match?.[2] ?? 's'] ?? Number.NaN);
    if (value >= low && value <= high) return value;
    this.problems.push(`${flag}: expected a time from ${low} to ${high} seconds, like 10, 10s or 1m, got "${text}"`);
    return low;
  }

  url(text: string): URL | null {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null) this.problems.push(`URL: expected one like http://127.0.0.1:8080/path, got "${text}"`);
    else if (url.protocol !== 'http:') this.problems.push(`URL: only http:// is supported, got "${url.protocol}//"`);
    else if (url.username !== '' || url.password !== '') this.problems.push('URL: user and password are not supported');
    else return url;
    return null;
  }

  /** `1-2`: uniform between; `1.5`: constant. In seconds. */
  thinkTime(text: string): Extract<LoadModel, { kind: 'users' }>['think_time'] {
    const match = /^(\d+(?:\.\d+)?)s?(?:-(\d+(?:\.\d+)?)s?)?$/.exec(text.trim());
    const lo = Number(match?.[1]);
    const hi = match?.[2] === undefined ? lo : Number(match[2]);
    if (!match || hi < lo || hi > MAX_TIMEOUT_S) {
      this.problems.push(
        `--think-time: expected seconds like 1.5, or a range like 1-2, up to ${MAX_TIMEOUT_S}, got "${text}"`,
      );
      return { kind: 'constant', s: 0 };
    }
    return hi === lo ? { kind: 'constant', s: lo } : { kind: 'uniform', lo_s: lo, hi_s: hi };
  }

  model(options: LoadOptions): LoadModel {
    const { connections, users, thinkTime, ramp } = options;
    if (users === undefined) {
      if (thinkTime !== undefined) this.problems.push('--think-time: belongs to --users; connections do not think');
      if (ramp !== undefined) this.problems.push('--ramp: belongs to --users; connections all start at once');
      const text = connections ?? String(DEFAULT_CONNECTIONS);
      return { kind: 'connections', connections: this.number('--connections', text, 1, MAX_CONNECTIONS, true) };
    }
    if (connections !== undefined) this.problems.push('--connections and --users: expected one of them, got both');
    return {
      kind: 'users',
      users: this.number('--users', users, 1, MAX_USERS, true),
      think_time: this.thinkTime(thinkTime ?? '0'),
      ramp_users_per_s: this.number('--ramp', ramp ?? String(DEFAULT_RAMP_USERS_PER_S), 0.001, MAX_USERS, false),
    };
  }

  method(text: string): string {
    if (!/^[A-Z]{1,20}$/.test(text)) this.problems.push(`--method: expected one like GET, got "${text}"`);
    return text;
  }
}

/**
 * The load plan of a command line.
 * @throws CommandError (bad input) that names every problem.
 */
export function planOfOptions(address: string, options: LoadOptions): LoadPlan {
  const reading = new Reading();
  const url = reading.url(address);
  const model = reading.model(options);
  const window_s = reading.seconds('--duration', options.duration, 0.1, MAX_DURATION_S);
  const warmup_s = reading.seconds('--warmup', options.warmup, 0, MAX_DURATION_S);
  const timeout_s = reading.seconds('--timeout', options.timeout, 0.001, MAX_TIMEOUT_S);
  const seed = reading.number('--seed', options.seed, 0, Number.MAX_SAFE_INTEGER, true);
  const method = reading.method(options.method.toUpperCase());
  if (url === null || reading.problems.length > 0) throw new CommandError(EXIT.badInput, reading.problems.join('; '));
  const path = url.pathname + url.search;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? HTTP_PORT : Number(url.port),
    request: {
      name: `${method} ${path}`,
      method,
      path,
      headers: { Accept: '*/*', 'User-Agent': 'benchwright' },
      body: null,
      expect: { statuses: SUCCESS, json: null },
    },
    model,
    warmup_s,
    window_s,
    timeout_s,
    seed,
  };
}
