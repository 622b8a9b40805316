import { always } from '../../../src/core/load-plan.ts';
import type { LoadResult } from '../../../src/core/load-result.ts';
import { run } from '../plans.ts';
import { type Script, startScriptedServer } from '../scripted-server.ts';
import { MOST_RSS_MB } from './odd-runs.ts';
import type { Bench, Judged } from './proof.ts';
import { NUMBERED_REQUEST, truthPlan } from './truth-run.ts';

const PIECE = Buffer.alloc(1 << 20, 'x');

/** A whole body of so many bytes, as fast as the client takes it. */
function body(bytes: number): Script {
  return (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`);
    let left = bytes;
    const more = (): void => {
      let isRoom = true;
      while (left > 0 && isRoom && !socket.destroyed) {
        const piece = left < PIECE.length ? PIECE.subarray(0, left) : PIECE;
        left -= piece.length;
        isRoom = socket.write(piece);
      }
      if (left > 0 && !socket.destroyed) socket.once('drain', more);
    };
    more();
  };
}

/** One connection, one such body after the other for `window_s`. */
export async function runHugeBody(
  { signal }: Pick<Bench, 'signal'>,
  bytes: number,
  window_s: number,
): Promise<LoadResult> {
  await using server = await startScriptedServer(body(bytes));
  return await run(
    truthPlan(server.port, {
      model: { kind: 'connections', connections: 1 },
      workload: always({ ...NUMBERED_REQUEST, expect: { statuses: [200], json: null } }),
      warmup_s: 0,
      window_s,
      timeout_s: 60,
    }),
    { signal },
  );
}

export function judgeHugeBody(result: LoadResult, bytes: number): Judged {
  const { ok, requests, body_bytes_mean, generator } = result;
  return {
    passed: ok > 0 && ok === requests && body_bytes_mean === bytes && generator.rss_mb <= MOST_RSS_MB,
    figures: `${ok} of ${requests} ok, ${body_bytes_mean ?? 'no'} bytes each of ${bytes}, ${generator.rss_mb.toFixed(0)} MiB of memory (at most ${MOST_RSS_MB})`,
  };
}
