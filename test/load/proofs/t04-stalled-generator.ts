import type { LoadModel } from '../../../src/core/load-plan.ts';
import type { LoadMessage, LoadResult } from '../../../src/core/load-result.ts';
import { withBlockedLoop } from './blocked-loop.ts';
import { openRate } from './open-rate.ts';
import { type Bench, type Form, type Proof, type ProofCase, proofCase } from './proof.ts';
import { judgeStalled, judgeStalledSearch, judgeUndisturbed } from './judges/trusted.ts';
import { CONTROL_NOISE, CONTROL_WINDOW_S, type PlanChange, SETTLED_S, truthRun } from './truth-run.ts';
import type { TruthScript } from './truth/truth-script.ts';

const STOP_MS = 1000;
const BLOCK = { for_ms: 20, every_ms: 200 };
const WINDOW_S = 1.6;
const CONNECTIONS = 32;
/** Of a search: one in which each step is void goes down from here to 1. */
const START_RPS = 50;

const pool = { connections: CONNECTIONS, max_connections: CONNECTIONS };
const think_time = { kind: 'uniform', lo_s: 0.05, hi_s: 0.1 } as const;
const limit = { quantile: 0.95, latency_ms: 50, error_rate: 0.05 };

interface Situation {
  /** A search in which each step is void goes down from there to 1. */
  readonly start_rps: number;
  readonly window_s: number;
}

function modelsOf({ start_rps, window_s }: Situation) {
  return {
    connections: { kind: 'connections', connections: 4 },
    users: { kind: 'users', users: 20, think_time, ramp_users_per_s: 1000 },
    'rate, constant': openRate(200, CONNECTIONS),
    'rate, Poisson': openRate(200, CONNECTIONS, 'poisson'),
    stages: { kind: 'stages', stages: [{ from_rps: 100, to_rps: 300, for_s: window_s }], arrivals: 'poisson', ...pool },
    capacity: { kind: 'capacity', limit, start_rps, arrivals: 'constant', ...pool },
  } as const satisfies Record<string, LoadModel>;
}
type ModelName = keyof ReturnType<typeof modelsOf>;
const MODELS: readonly ModelName[] = ['connections', 'users', 'rate, constant', 'rate, Poisson', 'stages', 'capacity'];

/** 250 requests/s at most, so that an undisturbed search has an end to find. */
const BUSY: TruthScript = { kind: 'queue', seed: 4, mean_ms: 4, service: 'constant' };
/** So slow that what an engine is late by on any shared host, a millisecond or two, is not 5 % of it: late is who is stalled. */
const SLOW: TruthScript = { kind: 'constant', ms: 100 };

type OnMessage = (message: LoadMessage, engine: number) => void;

async function run(bench: Bench, change: PlanChange, onMessage?: OnMessage): Promise<LoadResult> {
  const { result } = await truthRun(bench, change.model.kind === 'capacity' ? BUSY : SLOW, change, {
    onMessage: (message, { engine }) => onMessage?.(message, engine),
  });
  return result;
}

/** Stops the engine for a second in each window: a search has one for each of its steps. */
async function runStopped(bench: Bench, model: LoadModel): Promise<LoadResult> {
  const resumed: Promise<void>[] = [];
  const result = await run(bench, { model, window_s: WINDOW_S }, (message, engine) => {
    if (message.type !== 'phase' || message.phase !== 'window') return;
    process.kill(engine, 'SIGSTOP');
    const { promise, resolve } = Promise.withResolvers<void>();
    resumed.push(promise);
    setTimeout(() => {
      process.kill(engine, 'SIGCONT');
      resolve();
    }, STOP_MS);
  });
  await Promise.all(resumed);
  return result;
}

const runBlocked = (bench: Bench, model: LoadModel): Promise<LoadResult> =>
  withBlockedLoop(BLOCK, () => run(bench, { model, window_s: WINDOW_S }));

const STALLS = {
  stopped: { name: `stopped for ${STOP_MS} ms`, run: runStopped },
  blocked: { name: `its loop blocked ${BLOCK.for_ms} ms every ${BLOCK.every_ms} ms`, run: runBlocked },
} as const;
type Stall = keyof typeof STALLS;

/** More work on the host only makes a disturbed generator worse: it cannot look cleaner for it. */
function stalledCase(stall: Stall, model: ModelName): ProofCase {
  return proofCase({
    proof: 'T4',
    name: `${model}: ${STALLS[stall].name}`,
    isTiming: false,
    measure: (bench) => STALLS[stall].run(bench, modelsOf({ start_rps: START_RPS, window_s: WINDOW_S })[model]),
    judge: model === 'capacity' ? judgeStalledSearch : judgeStalled,
  });
}

/** Long enough that a stall or two, which any shared host has, are not more than a run may have that is not void. */
function controlCase(model: ModelName): ProofCase {
  // Each step of a search has a window of its own, and one that is void is measured again.
  const window_s = model === 'capacity' ? WINDOW_S : CONTROL_WINDOW_S;
  return proofCase({
    proof: 'T4',
    name: `${model}: left alone`,
    isTiming: true,
    noise: CONTROL_NOISE,
    measure: (bench) =>
      run(bench, { model: modelsOf({ start_rps: START_RPS, window_s })[model], window_s, warmup_s: SETTLED_S }),
    // No noise makes a run look better than it is.
    isSound: (result) => judgeUndisturbed(result).passed,
    judge: judgeUndisturbed,
  });
}

/** The short forms of the closed models are in test/load/stalled-generator.test.ts; stages and the search have only the full one. */
const SHORT: readonly (readonly [Stall, ModelName])[] = [
  ['stopped', 'rate, Poisson'],
  ['blocked', 'rate, constant'],
];

function cases(form: Form): ProofCase[] {
  if (form === 'short')
    return [...SHORT.map(([stall, model]) => stalledCase(stall, model)), controlCase('rate, constant')];
  return MODELS.flatMap((model) => [stalledCase('stopped', model), stalledCase('blocked', model), controlCase(model)]);
}

export const T4: Proof = {
  id: 'T4',
  claim: 'a stalled generator, in every model',
  passes: 'withheld or void, never clean; left alone not void',
  cases,
};
