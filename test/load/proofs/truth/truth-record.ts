/** What the truth server did, one entry a request in the order in which it read them. Times in ms on its own monotonic clock. */
export interface TruthRecord {
  /** The number in the request's path; where there is none, its place among all that came. */
  readonly numbers: Float64Array;
  /** In the callback that read its last byte. */
  readonly read_ms: Float64Array;
  /** Just before the answer was written; NaN: it never was. */
  readonly written_ms: Float64Array;
  /** Of a queue only: how long this request kept it from doing anything else. */
  readonly service_ms: Float64Array;
  /** How long it may have lain in the kernel: since before the server last asked and it had not come. */
  readonly unread_ms: Float64Array;
  readonly connections: number;
  /** How long it spun, and how much of that it was not given its core, where that was more than `PAUSE_MS` of 20. */
  readonly watched_ms: number;
  readonly stood_ms: number;
  readonly longest_pause_ms: number;
}

/** Of 20 ms, that others on a host at rest may have. */
export const PAUSE_MS = 5;

/**
 * Where the requests with the `count` highest numbers stand in the record, by ascending number. An engine of one thread numbers
 * its iterations in the order in which it plans them, so those of its window are the last ones.
 * @throws Error when one of them never came.
 */
export function lastOnes({ numbers }: Pick<TruthRecord, 'numbers'>, count: number): number[] {
  const place = new Map<number, number>();
  let last = 0;
  numbers.forEach((number, i) => {
    place.set(number, i);
    last = Math.max(last, number);
  });
  return Array.from({ length: count }, (_, i) => {
    const number = last - count + 1 + i;
    const at = place.get(number);
    if (at === undefined) throw new Error(`the truth server saw no request ${number} of ${last}`);
    return at;
  });
}

/** Read callback → write, of the requests at these places, ascending; those without an answer are left out. */
export function residencesMs(
  { read_ms, written_ms }: Pick<TruthRecord, 'read_ms' | 'written_ms'>,
  places: readonly number[],
): Float64Array {
  const all = places.map((i) => (written_ms[i] as number) - (read_ms[i] as number));
  return Float64Array.from(all.filter((ms) => !Number.isNaN(ms))).sort();
}

/** How many requests were between read callback and write, averaged over [from, to) of the server's clock. */
export function meanInFlight(
  { read_ms, written_ms }: Pick<TruthRecord, 'read_ms' | 'written_ms'>,
  from: number,
  to: number,
): number {
  let area = 0;
  read_ms.forEach((read, i) => {
    const written = written_ms[i] as number;
    const end = Number.isNaN(written) ? to : Math.min(written, to);
    area += Math.max(0, end - Math.max(read, from));
  });
  return area / (to - from);
}
