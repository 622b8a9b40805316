import { join, resolve } from 'node:path';
import { makeFolder } from '../../db/make-folder.ts';
import { DEFAULT_PORT } from '../default-port.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { ServiceClient } from '../service-client.ts';
import type { Terminal } from '../terminal.ts';
import { cancelUnfinished } from './cancel-unfinished.ts';
import type { DemoCores } from './demo-cores.ts';
import type { DemoRunner } from './demo-runner.ts';
import { tryPort } from './free-port.ts';
import { demoKey } from './operator-key.ts';
import { startServiceProcess } from './service-process.ts';

export interface OwnService {
  /** Of the page; undefined: the usual one, or a free one. */
  readonly port: number | undefined;
  /** Holds database, provisioned targets and key. */
  readonly dataDir: string;
  readonly targetsDirs: readonly string[];
  readonly cores: DemoCores;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

export interface Held {
  readonly client: ServiceClient;
  readonly runner: DemoRunner;
}

/**
 * A service and a runner of the command's own while `use` has them; all of it has ended when this returns. The service starts first,
 * and while it opens its database `prepare` and the rest are loaded: people wait for the page's address.
 */
export async function withOwnService<T>(
  order: OwnService,
  prepare: () => Promise<T>,
  use: (held: Held, prepared: T) => Promise<void>,
): Promise<void> {
  const { terminal, interrupted, cores, targetsDirs } = order;
  const dataDir = ownFolder(order.dataDir);
  const port = await choosePort(order.port, terminal);
  const starting = startServiceProcess({ port, dataDir: join(dataDir, 'service'), cpus: cores.service });
  // Whoever awaits it sees how it failed; until then nobody does, and that must not end the process.
  starting.catch(() => undefined);
  try {
    const prepared = await prepare();
    const { startDemoRunner } = await import('./demo-runner.ts');
    const service = await starting;
    const key = await demoKey(dataDir, service.operatorKey);
    const client = new ServiceClient(service.url, key);
    await cancelUnfinished(client, terminal);
    const runner = startDemoRunner({ url: service.url, key, targetsDirs, dataDir: join(dataDir, 'runner'), cores });
    try {
      await Promise.race([runner.registered, service.lost, aborted(interrupted)]);
      if (interrupted.aborted) throw new CommandError(EXIT.interrupted, 'interrupted before anything was measured');
      await Promise.race([use({ client, runner }, prepared), service.lost]);
    } finally {
      await runner.stop();
    }
  } finally {
    await starting.then((service) => service.stop()).catch(() => undefined);
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function ownFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    return folder;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      EXIT.badInput,
      `cannot make the data folder ${folder} (${why}): run from a folder that you may write to, or give --data-dir`,
    );
  }
}

async function choosePort(wanted: number | undefined, terminal: Terminal): Promise<number> {
  const free = await tryPort(wanted ?? DEFAULT_PORT);
  if (free !== null) return free;
  const other = await tryPort(0);
  if (wanted !== undefined || other === null)
    throw new CommandError(
      EXIT.badInput,
      `port ${wanted ?? DEFAULT_PORT} of 127.0.0.1 is taken: choose another with --port`,
    );
  terminal.note(`port ${DEFAULT_PORT} is taken; using ${other}`);
  return other;
}
