/**
 * A closed loop on undici's fastest interface, as a yardstick: `undici-driver.ts URL CONNECTIONS SECONDS` prints the
 * requests/s after a second of warm-up. It checks the status and counts the bytes, and records no latency.
 */
import { Pool } from 'undici';

const [url = '', connections = '1', seconds = '1'] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new Pool(origin, { connections: Number(connections), pipelining: 1 });

let counted = 0;
let bad = 0;
let bytes = 0;
let goesOn = true;

const request = { path: pathname, method: 'GET' } as const;
const handler = {
  onRequestStart: () => undefined,
  onResponseStart: (_: unknown, status: number) => {
    if (status !== 200) bad += 1;
  },
  onResponseData: (_: unknown, chunk: Buffer) => {
    bytes += chunk.length;
  },
  onResponseEnd: () => {
    counted += 1;
    if (goesOn) pool.dispatch(request, handler);
  },
  onResponseError: () => {
    if (goesOn) bad += 1;
  },
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

for (let i = 0; i < Number(connections); i += 1) pool.dispatch(request, handler);
await pause(1000);
const before = counted;
const start = performance.now();
await pause(Number(seconds) * 1000);
const rate = (1000 * (counted - before)) / (performance.now() - start);
goesOn = false;
await pool.destroy();
if (bad > 0 || bytes === 0) throw new Error(`${bad} requests failed`);
process.stdout.write(`${rate}\n`);
