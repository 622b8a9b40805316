import { withPreload } from './engine-preload.ts';

/** Runs `body` with engines whose event loop is blocked: each thread of them computes for `for_ms` every `every_ms`. */
export function withBlockedLoop<T>(
  { for_ms, every_ms }: { readonly for_ms: number; readonly every_ms: number },
  body: () => Promise<T>,
): Promise<T> {
  const block = `setInterval(()=>{const e=performance.now()+${for_ms};while(performance.now()<e);},${every_ms}).unref()`;
  return withPreload(block, body);
}
