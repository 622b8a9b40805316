/** What a single server's stamps say, in the order of the plan (ms). */
export interface QueueStamps {
  readonly planned: ArrayLike<number>;
  readonly read_ms: ArrayLike<number>;
  readonly unread_ms: ArrayLike<number>;
  readonly written_ms: ArrayLike<number>;
  /** How long each kept the server busy, by its own account. */
  readonly service_ms: ArrayLike<number>;
}

/** A server that spins never needs so long from one look to the next. */
const PAUSE_FROM_MS = 0.2;

/**
 * For how long each request kept the server from all others: what the server recorded, and before that as long as it was not given
 * its core while the request may have been there: since it last looked, was free and the request was planned. A server that looks
 * and has nothing to do is not busy: who sends late in a busy period is late, and that is not the server's. The two clocks differ by
 * what the soonest request says.
 */
export function servicesMs({ planned, read_ms, unread_ms, written_ms, service_ms }: QueueStamps): Float64Array {
  const behind = Float64Array.from(planned, (time, i) => (read_ms[i] as number) - time);
  const soonest = behind.reduce((least, ms) => Math.min(least, ms), Infinity);
  return Float64Array.from(planned, (time, i) => {
    const [read, written, unread] = [read_ms[i] as number, written_ms[i] as number, unread_ms[i] as number];
    const own = service_ms[i] as number;
    if (unread <= PAUSE_FROM_MS) return own;
    const free = i === 0 ? Number.NEGATIVE_INFINITY : (written_ms[i - 1] as number);
    return Math.max(own, written - Math.max(free, time + soonest, read - unread));
  });
}
