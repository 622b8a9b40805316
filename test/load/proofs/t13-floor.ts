import type { LoadModel } from '../../../src/core/load-plan.ts';
import { type Floor, measureFloor } from '../../../src/load/floor.ts';
import { msText } from './judges/figures.ts';
import { openRate } from './open-rate.ts';
import { type Form, type Judged, type Proof, type ProofCase, proofCase } from './proof.ts';
import { storedFloor } from './stored-floor.ts';

const RATE_RPS = 500;
/** Requests/s of an open floor are the plan's, but for those under way at an edge of its second. */
const RATE_ALLOWED = 0.01;

/** There, in order, and where the load has a rate, of that rate. */
export function judgeFloor({ p50_ms, p99_ms, throughput_rps }: Floor, rate_rps: number | null): Judged {
  const isThere = p50_ms !== null && p50_ms > 0 && throughput_rps > 0;
  const isInOrder = p99_ms === null || (p50_ms !== null && p99_ms >= p50_ms);
  const isOfRate = rate_rps === null || Math.abs(throughput_rps / rate_rps - 1) <= RATE_ALLOWED;
  const [p50, p99] = [p50_ms, p99_ms].map((ms) => (ms === null ? 'withheld' : msText(ms)));
  return {
    passed: isThere && isInOrder && isOfRate,
    figures: `p50 ${p50}, p99 ${p99}, ${throughput_rps.toFixed(1)} requests/s`,
  };
}

const think_time = { kind: 'uniform', lo_s: 0.05, hi_s: 0.15 } as const;
const LEVELS: readonly (readonly [name: string, model: LoadModel, rate: number | null])[] = [
  [`${RATE_RPS} requests/s, constant`, openRate(RATE_RPS, 20), RATE_RPS],
  [`${RATE_RPS} requests/s, Poisson`, openRate(RATE_RPS, 20, 'poisson'), RATE_RPS],
  ['50 connections', { kind: 'connections', connections: 50 }, null],
  ['50 users', { kind: 'users', users: 50, think_time, ramp_users_per_s: 500 }, null],
];
const SHORT = 1;

function floorCase(name: string, model: LoadModel, rate: number | null): ProofCase {
  return proofCase({
    proof: 'T13',
    name,
    isTiming: true,
    measure: ({ signal, serverCpus, generatorCpus }) => measureFloor({ model, serverCpus, generatorCpus, signal }),
    judge: (floor) => judgeFloor(floor, rate),
  });
}

/** That an experiment stores it is part of `npm test` anyway: test/runner/run-job.test.ts. */
const storedCase = proofCase({
  proof: 'T13',
  name: 'stored with the trials of an experiment',
  isTiming: false,
  measure: storedFloor,
  judge: (floor) => (floor === null ? { passed: false, figures: 'no trial has a floor' } : judgeFloor(floor, null)),
});

const casesOf = (form: Form): ProofCase[] =>
  LEVELS.slice(0, form === 'short' ? SHORT : LEVELS.length).map((level) => floorCase(...level));

export const T13: Proof = {
  id: 'T13',
  claim: 'the floor: a server that does nothing, at the same load',
  passes: 'p50, p99, requests/s before every experiment, stored with it',
  cases: (form) => [...casesOf(form), ...(form === 'full' ? [storedCase] : [])],
};
