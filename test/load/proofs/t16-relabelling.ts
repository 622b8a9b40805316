import { always, getRoot } from '../../../src/core/load-plan.ts';
import { startServerChild } from '../../../src/load/server-child.ts';
import { run } from '../plans.ts';
import { type Bench, type Proof, proofCase, undisturbed } from './proof.ts';
import { judgeRelabelling, type TrialFigures } from './judges/relabelling.ts';
import { truthPlan } from './truth-run.ts';

const TRIALS = 24;
const SEED = 16;
const CONNECTIONS = 4;

/** One trial as experiments have it: on a fresh server, which computes for each answer and is the limit. */
async function trial({ signal, serverCpus, generatorCpus }: Bench): Promise<TrialFigures> {
  const server = await startServerChild('busy-server-main', serverCpus);
  try {
    const plan = truthPlan(server.port, {
      model: { kind: 'connections', connections: CONNECTIONS },
      workload: always(getRoot(null)),
      warmup_s: 1,
      window_s: 2,
    });
    const result = await run(plan, { signal, cpus: generatorCpus });
    return { throughput_rps: result.throughput_rps, latency_mean_ms: result.latency_ms.mean ?? Number.NaN };
  } finally {
    await server.stop();
  }
}

/** Each trial is guarded by itself: of so many in a row on a shared host one is disturbed sooner or later. */
async function trials(bench: Bench): Promise<TrialFigures[]> {
  const done: TrialFigures[] = [];
  while (done.length < TRIALS) done.push(await undisturbed(() => trial(bench)));
  return done;
}

export const T16: Proof = {
  id: 'T16',
  claim: '24 trials of one server, told apart by nothing',
  passes: 'over 200 seeded relabellings, 5 against 5, the interval of the ratio covers 1 in ≥ 180',
  cases: (form) =>
    form === 'short'
      ? []
      : [
          proofCase({
            proof: 'T16',
            name: `${TRIALS} trials, relabelled`,
            isTiming: false,
            measure: trials,
            judge: (done) => judgeRelabelling(done, SEED),
          }),
        ],
};
