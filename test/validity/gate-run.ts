import type { Manifest } from '../../src/core/target.ts';
import type { Results } from '../../src/core/results.ts';
import { abSpec } from '../../src/cli/ab/ab-spec.ts';
import { cancelUnfinished } from '../../src/cli/demo/cancel-unfinished.ts';
import { demoCores } from '../../src/cli/demo/demo-cores.ts';
import { aborted, type Held, withOwnService } from '../../src/cli/demo/own-service.ts';
import { experimentPath } from '../../src/cli/experiment.ts';
import type { Submitted } from '../../src/cli/submitted.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { readCatalogue } from '../../src/runner/catalogue.ts';
import { type Application, TARGET } from './application.ts';

/** Of `benchwright ab`: the default gate. */
export const WORSE_BY = 0.03;
/** They keep the server's one thread busy: what a request costs more, so many fewer requests are served. */
export const CONNECTIONS = 16;
/** As `benchwright noise` has: thousands of requests, enough for the runtime to compile what they run. `ab` has 2 s; here runs are to be short. */
export const WARMUP_S = 0.5;

export interface GateOrder {
  /** Commit of the head. */
  readonly head: string;
  readonly repetitions: number;
  readonly window_s: number;
  /** Of the order of the trials. */
  readonly seed: number;
}

export interface MeasuredRun {
  readonly results: Results;
  readonly started_at: string;
  /** From submission to verdict. */
  readonly seconds: number;
}

export interface Gate {
  /** One experiment, base against head, while nothing else measures on this machine: `began` when it begins. Throws when the signal aborts. */
  measure(order: GateOrder, began?: () => void): Promise<MeasuredRun>;
}

export interface GateWorld {
  readonly folder: string;
  readonly application: Application;
  readonly signal: AbortSignal;
  /** Waits until nothing else measures on this machine; what it gives is disposed of when the others may go on. */
  readonly alone: (signal: AbortSignal) => Promise<AsyncDisposable>;
  readonly say: (line: string) => void;
}

/** One service and one runner of the product, as `benchwright ab` has them, for as many experiments as `use` wants. */
export async function withGate(world: GateWorld, use: (gate: Gate) => Promise<void>): Promise<void> {
  const { folder, application, signal, alone, say } = world;
  const targetsDirs = [application.targets];
  const manifest = readCatalogue(targetsDirs).targets.get(TARGET)?.manifest;
  if (manifest === undefined) throw new Error('the target was expected');
  const terminal: Terminal = { isInteractive: false, color: false, width: 100, columns: null, print: say, note: say };
  const order = { port: undefined, dataDir: `${folder}/data`, targetsDirs, cores: demoCores({}), terminal };
  const starting = await alone(signal);
  try {
    await withOwnService(
      { ...order, interrupted: signal },
      async () => undefined,
      async (held) => {
        await starting[Symbol.asyncDispose]();
        const measuring = { ...world, held, manifest, terminal };
        await use({ measure: (wanted, began) => measureAlone(measuring, wanted, began) });
      },
    );
  } finally {
    await starting[Symbol.asyncDispose]();
  }
}

interface Measuring extends GateWorld {
  readonly held: Held;
  readonly manifest: Manifest;
  readonly terminal: Terminal;
}

async function measureAlone(measuring: Measuring, order: GateOrder, onBegin?: () => void): Promise<MeasuredRun> {
  const { held, signal, alone, terminal } = measuring;
  await using _ = await alone(signal);
  onBegin?.();
  const started_at = new Date().toISOString();
  const began = performance.now();
  const submitted = await held.client.postJson<Submitted>('/v1/experiments', specOf(measuring, order));
  await Promise.race([held.runner.jobEnded(submitted.id), aborted(signal)]);
  if (signal.aborted) {
    // The runner lets go of it when it is stopped, which whoever holds it does next.
    await cancelUnfinished(held.client, terminal);
    signal.throwIfAborted();
  }
  const results = await held.client.getJson<Results>(experimentPath(submitted.id, '/results.json'));
  return { results, started_at, seconds: (performance.now() - began) / 1000 };
}

function specOf({ manifest, application }: Measuring, { head, repetitions, window_s, seed }: GateOrder) {
  const { base, targets } = application;
  const options = { target: TARGET, base, head, targets: [targets], connections: CONNECTIONS, worseBy: WORSE_BY };
  const sides = { base: { ref: base, commit: base }, head: { ref: head, commit: head } };
  const design = { repetitions, window: window_s, dataDir: '' };
  return { ...abSpec(manifest, { ...options, ...design }, sides), warmup_s: WARMUP_S, seed };
}
