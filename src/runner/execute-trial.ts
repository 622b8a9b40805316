import { setTimeout as delay } from 'node:timers/promises';
import type { LoadMessage } from '../core/load-result.ts';
import type { LoadPlan } from '../core/load-plan.ts';
import type { TrialResult } from '../core/trial-result.ts';
import { causeOf } from './cause-of.ts';
import { walkContract } from './contract-walk.ts';
import type { CoreSets } from './cores.ts';
import { driveLoad } from './drive-load.ts';
import type { Log } from './event.ts';
import type { GuardedTree, Guardian } from './guardian/guardian.ts';
import { LimitWatch, limitsNow, type ServerLimits } from './limits.ts';
import { observe } from './observe/observer.ts';
import { oomKills } from './oom.ts';
import type { ServerProcess } from './process.ts';
import { startOf } from './process-table.ts';
import type { ProvisionedTarget } from './provision/provision.ts';
import { waitReady } from './ready.ts';
import { removeFolder } from './remove-folder.ts';
import { waitSettled } from './settle.ts';
import { startTarget } from './start-target.ts';
import { HURRIED_GRACE_MS, STOP_GRACE_MS } from './stop-tree.ts';
import { TrialFault } from './trial-fault.ts';
import { makeTrialHome } from './trial-home.ts';
import { removeFilesOfUser } from './user-files.ts';
import { TrialRecord, type TrialKeyFacts } from './trial-record.ts';

/** Between the end of a connection and the notice that the process has died. */
const DEATH_NOTICE_MS = 200;

export interface TrialOrder extends TrialKeyFacts {
  readonly provisioned: ProvisionedTarget;
  readonly server: string;
  readonly interface: string;
  readonly workers: number;
  /** Made when the port is known. */
  readonly plan: (port: number) => LoadPlan;
  readonly cores: CoreSets;
  /** Where the trial's own folder is made. */
  readonly homes: string;
  /** Ends the trial's processes when the runner is killed; null: nobody does. */
  readonly guardian: Guardian | null;
  /** What is not given follows from the host. */
  readonly limits: Partial<ServerLimits>;
  readonly log: Pick<Log, 'warn'>;
}

export interface TrialWatch {
  /** Ends the trial and everything it started; the trial is then no result. */
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
  readonly onMessage: (message: LoadMessage) => void;
}

/**
 * One trial, steps 2 to 8: a fresh server, ready, right, loaded, observed, stopped. A step that fails ends it with a
 * result that says so; only the signal makes this throw. Nothing of it is left when it returns or throws.
 */
export async function executeTrial(order: TrialOrder, watch: TrialWatch): Promise<TrialResult> {
  const record = new TrialRecord(order);
  const killsBefore = oomKills();
  const { runAs } = order.provisioned;
  const sinceMs = Date.now();
  let home: string | null = null;
  let guarded: GuardedTree | null = null;
  let server: ServerProcess | null = null;
  let limits: LimitWatch | null = null;
  try {
    home = await makeTrialHome({ ...order, runAs });
    guarded = order.guardian?.watch({ id: order.trialId, folder: home }) ?? null;
    server = await start(order, { home, guarded }, record, watch);
    limits = new LimitWatch(server, limitsNow(order.limits));
    await becomeReady(order, server, record, watch);
    await checkContract(order, server, record, watch);
    await waitSettled(server, order.workers, watch.signal);
    await load({ order, server, limits, guarded }, record, watch);
  } catch (error) {
    // What an abort broke says less than why it came.
    watch.signal.throwIfAborted();
    if (!(error instanceof TrialFault)) throw error;
    record.fail(causeOf(error, server, killsBefore), server);
  } finally {
    try {
      await stop(server, record, watch);
    } finally {
      limits?.stop();
      if (home !== null) await removeFolder(home, order.log);
      if (runAs !== null) await removeFilesOfUser(runAs.uid, sinceMs, order.log);
      guarded?.release();
    }
  }
  watch.signal.throwIfAborted();
  return record.result();
}

async function start(
  order: TrialOrder,
  { home, guarded }: { readonly home: string; readonly guarded: GuardedTree | null },
  record: TrialRecord,
  watch: TrialWatch,
): Promise<ServerProcess> {
  watch.signal.throwIfAborted();
  watch.onStep('start');
  const started = await startTarget({ ...order, guarded }, home);
  record.started(started.argv);
  return started.server;
}

async function becomeReady(
  order: TrialOrder,
  server: ServerProcess,
  record: TrialRecord,
  watch: TrialWatch,
): Promise<void> {
  watch.onStep('ready');
  const { ready } = order.provisioned.target.manifest;
  record.ready(await waitReady(server, ready.path, ready.timeout_s, watch.signal));
}

async function checkContract(
  order: TrialOrder,
  server: ServerProcess,
  record: TrialRecord,
  watch: TrialWatch,
): Promise<void> {
  watch.onStep('contract');
  const began = performance.now();
  const walked = await walkContract(server.port, order.provisioned.target.contract, watch.signal);
  record.contract(walked.checks, performance.now() - began);
  if (walked.ok) return;
  // A connection that broke may be told before the death of the process that broke it.
  if (walked.why === 'no-answer') await Promise.race([server.exited, delay(DEATH_NOTICE_MS)]);
  if (server.exit() !== null) throw new TrialFault('contract', 'crashed', `The server ended: ${walked.says}`);
  throw new TrialFault('contract', walked.why === 'mismatch' ? 'contract-mismatch' : 'no-answer', walked.says);
}

interface Loaded {
  readonly order: TrialOrder;
  readonly server: ServerProcess;
  readonly limits: LimitWatch;
  readonly guarded: GuardedTree | null;
}

async function load({ order, server, limits, guarded }: Loaded, record: TrialRecord, watch: TrialWatch): Promise<void> {
  const observer = observe(server.tree, (processes) => limits.saw(processes));
  try {
    await driveLoad({
      server,
      plan: order.plan(server.port),
      cpus: order.cores.generator,
      signal: watch.signal,
      onStart: (pid) => {
        observer.generator(pid);
        // Its standard input ends with the runner, which ends it; unless it is stopped or hangs.
        guarded?.with({ pid, start: startOf(pid) ?? 0 });
      },
      onResult: (result) => record.load(result),
      onMessage: (message) => {
        if (message.type === 'phase') observer.phase(message.phase, message.t_s);
        if (message.type === 'probe') observer.probe(message.probe);
        watch.onMessage(message);
      },
    });
  } finally {
    record.observed(observer.stop());
  }
}

async function stop(server: ServerProcess | null, record: TrialRecord, watch: TrialWatch): Promise<void> {
  if (server === null) return;
  watch.onStep('stop');
  const stopped = await server.stop(watch.signal.aborted ? HURRIED_GRACE_MS : STOP_GRACE_MS);
  record.stopped(stopped.ms);
  const breach = server.breach();
  if (breach !== null) record.fail(new TrialFault('stop', breach.reason, breach.says), server);
  if (stopped.left !== null) {
    record.fail(new TrialFault('stop', 'not-stopped', `After SIGTERM and SIGKILL ${stopped.left}.`), server);
  }
}
