/** What a thread of `bench:parser` is told to do, one after the other. */
export interface Task {
  readonly kind: 'compare' | 'fuzz';
  readonly seed: number;
  /** Numbers of cases: `from` and up to, but not with, `to`. */
  readonly from: number;
  readonly to: number;
  readonly clientEvery: number;
}

/** As many at a time: a second's work or less, so that progress is seen and little is lost when the run is stopped. */
const RANGE = 5_000;

/** `count` cases from `from` on, as tasks. */
export function* tasks(kind: Task['kind'], options: Omit<Task, 'kind' | 'to'>, count: number): Generator<Task> {
  const end = options.from + count;
  for (let from = options.from; from < end; from += RANGE) {
    yield { ...options, kind, from, to: Math.min(end, from + RANGE) };
  }
}
