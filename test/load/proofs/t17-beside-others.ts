import { judgeBeside, type Pair } from './judges/beside.ts';
import { type OtherTool, OTHER_TOOLS, type ToolRun } from './other-tools.ts';
import { type Bench, missingCase, type Proof, type ProofCase, proofCase, undisturbed } from './proof.ts';
import { recorded, truthPlan } from './truth-run.ts';
import { run } from '../plans.ts';
import { startTruthServer } from './truth/truth-server.ts';

const PAIRS = 5;
const CONNECTIONS = 10;
/** The server is the limit by far, for the slowest of the tools too: 500 requests/s. */
const DELAY_MS = 20;
const SECONDS = 5;

type ToolRps = (run: ToolRun) => Promise<number>;

async function ours({ signal, generatorCpus, serverCpus, watch }: Bench): Promise<{ rps: number; mean_ms: number }> {
  await using server = await startTruthServer({ kind: 'constant', ms: DELAY_MS }, { cpus: serverCpus });
  const change = {
    model: { kind: 'connections', connections: CONNECTIONS },
    warmup_s: 0.5,
    window_s: SECONDS,
  } as const;
  const result = await run(truthPlan(server.port, change), { signal, cpus: generatorCpus });
  watch.stood((await server.record()).stood_ms);
  return { rps: result.answered_rps, mean_ms: recorded(result, 'latency').mean };
}

async function others({ signal, generatorCpus, serverCpus, watch }: Bench, rps: ToolRps): Promise<number> {
  await using server = await startTruthServer({ kind: 'constant', ms: DELAY_MS }, { cpus: serverCpus });
  const url = `http://127.0.0.1:${server.port}/truth`;
  const found = await rps({ url, connections: CONNECTIONS, seconds: SECONDS, cpus: generatorCpus, signal });
  watch.stood((await server.record()).stood_ms);
  return found;
}

/** Either side goes first in turn, so that neither always has the fresher host. */
async function pairs(bench: Bench, rps: ToolRps): Promise<Pair[]> {
  const done: Pair[] = [];
  for (let i = 0; i < PAIRS; i += 1) {
    const early = i % 2 === 0 ? null : await undisturbed((watch) => others({ ...bench, watch }, rps));
    const own = await undisturbed((watch) => ours({ ...bench, watch }));
    const other_rps = early ?? (await undisturbed((watch) => others({ ...bench, watch }, rps)));
    done.push({ connections: CONNECTIONS, ours_rps: own.rps, ours_mean_ms: own.mean_ms, other_rps });
  }
  return done;
}

function besideCase({ name, rps }: OtherTool): ProofCase {
  if (rps === null) return missingCase('T17', `beside ${name}`, `${name} is not installed`);
  return proofCase({
    proof: 'T17',
    name: `beside ${name}`,
    isTiming: false,
    measure: (bench) => pairs(bench, rps),
    judge: judgeBeside,
  });
}

export const T17: Proof = {
  id: 'T17',
  claim: `beside wrk and Locust, ${PAIRS} alternated pairs`,
  passes: 'requests/s within 3 %; our mean within 3 % of N/X',
  cases: (form) => (form === 'short' ? [] : OTHER_TOOLS.map((tool) => besideCase(tool))),
};
