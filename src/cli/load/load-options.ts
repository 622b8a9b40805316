/** The options of `benchwright load` as they were typed. */
export interface LoadOptions {
  readonly connections?: string;
  readonly users?: string;
  readonly thinkTime?: string;
  readonly ramp?: string;
  readonly rate?: string;
  readonly stages?: string;
  readonly arrivals?: string;
  readonly maxConnections?: string;
  readonly latencyLimit?: string;
  readonly errorLimit?: string;
  readonly startRate?: string;
  readonly requests?: string;
  readonly method?: string;
  readonly header?: readonly string[];
  readonly data?: string;
  readonly body?: string;
  readonly duration?: string;
  readonly warmup?: string;
  readonly timeout?: string;
  readonly rehearsal?: string;
  readonly threads?: string;
  readonly driver?: string;
  readonly insecure?: boolean;
  readonly seed?: string;
  readonly json?: boolean;
}
