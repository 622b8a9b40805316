/** What a single server's stamps say, in the order of the plan (ms). */
export interface QueueStamps {
  readonly planned: ArrayLike<number>;
  readonly read_ms: ArrayLike<number>;
  readonly unread_ms: ArrayLike<number>;
  readonly written_ms: ArrayLike<number>;
}

/** A server that spins never needs so long from one look to the next. */
const PAUSE_FROM_MS = 0.2;

/**
 * For how long each request kept the server from all others. One that came while another was served: from that one's end to its own,
 * whatever the server did between them. One that came to an idle server: from read callback to write, and before that as long as the
 * server was not given its core, from the planned time on. The two clocks differ by what the soonest request says.
 */
export function servicesMs({ planned, read_ms, unread_ms, written_ms }: QueueStamps): Float64Array {
  const behind = Float64Array.from(planned, (time, i) => (read_ms[i] as number) - time);
  const soonest = behind.reduce((least, ms) => Math.min(least, ms), Infinity);
  return Float64Array.from(planned, (time, i) => {
    const came = time + soonest;
    const [read, written, unread] = [read_ms[i] as number, written_ms[i] as number, unread_ms[i] as number];
    const free = i === 0 ? Number.NEGATIVE_INFINITY : (written_ms[i - 1] as number);
    if (came <= free) return written - free;
    return written - read + (unread > PAUSE_FROM_MS ? Math.min(unread, read - came) : 0);
  });
}
