/** Ends of the runner that are expected, each with one line for people. */
export const RUNNER_ERRORS = [
  'data-dir-in-use',
  'data-dir-not-writable',
  'disk-trouble',
  'bad-targets',
  'bad-run-as',
  'key-refused',
  'outdated',
  'superseded',
  'service-unreachable',
  'no-service-there',
  'not-understood',
] as const;

export class RunnerError extends Error {
  readonly code: (typeof RUNNER_ERRORS)[number];

  constructor(code: (typeof RUNNER_ERRORS)[number], message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'RunnerError';
    this.code = code;
  }
}
