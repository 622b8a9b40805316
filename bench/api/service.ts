import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Only signs share links; the same for every start of a run, as it would be for a service. */
const SECRET_KEY = randomBytes(32).toString('base64');

export interface Service extends AsyncDisposable {
  readonly url: string;
  /** The operator's key on a new database, else null. */
  readonly key: string | null;
  /** Memory that is resident now, MiB. */
  rssMb(): number;
  /** CPU seconds so far. */
  cpuS(): number;
}

interface Announced {
  readonly url: string;
  readonly operator_key: string | null;
}

async function untilUp(child: ChildProcess): Promise<Announced> {
  if (child.stdout === null) throw new Error('the service was started without a pipe');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) return JSON.parse(line) as Announced;
  }
  throw new Error('the service ended before it was up');
}

/** `benchwright serve` as anybody starts it, in a process of its own on a free port. */
export async function startService(bin: string, databaseUrl: string): Promise<Service> {
  const child = spawn(process.execPath, [bin, 'serve', '--json', '--port', '0', '--stop-with-stdin'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl, BENCHWRIGHT_SECRET_KEY: SECRET_KEY },
  });
  const gone = once(child, 'exit');
  gone.catch(() => undefined);
  const stop = async () => {
    child.stdin.end();
    await gone;
  };
  try {
    const { url, operator_key: key } = await untilUp(child);
    child.stdout.resume();
    const ofProcess = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'latin1');
    return {
      url,
      key,
      rssMb: () => Number(/VmRSS:\s+(\d+) kB/.exec(ofProcess('status'))?.[1]) / 1024,
      cpuS() {
        const stat = ofProcess('stat');
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return (Number(fields[11]) + Number(fields[12])) / 100;
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
