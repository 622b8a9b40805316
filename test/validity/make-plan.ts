import type { Results } from '../../src/core/results.ts';
import { calmCost, type Cost, errorOf, iterationsFor, pilotFacts } from './calibration.ts';
import { CONNECTIONS, type Gate, WARMUP_S, WORSE_BY } from './gate-run.ts';
import { GOAL_RUNS, KINDS, type PlantedName } from './kinds.ts';
import type { Plan } from './plan.ts';
import { type Design, type PilotFacts, powerForGoal, shortestDesign } from './power.ts';

/** Windows that are tried, with about as many blocks as two minutes hold: more of them know the spread better. */
const PILOTS = [
  { window_s: 1, repetitions: 18 },
  { window_s: 2, repetitions: 14 },
] as const;
/** Costs about as much as a request of the base here: far more than the error with which that is measured. */
const PROBE = { iterations: 20_000, window_s: 2, repetitions: 14 } as const;
/** The interval of what the probe costs is to be so narrow, relative to that: +5 % is then 4.8 to 5.2 %. */
const PROBE_ERROR = 0.04;
/** In an hour in which so many do not do, none will. */
const MOST_PROBES = 6;

export interface Planning {
  readonly gate: Gate;
  readonly head: (iterations: number) => string;
  readonly seed: number;
  /** What a run may take. */
  readonly most_s: number;
  readonly say: (line: string) => void;
}

/** The power analysis: what the loop costs, how much equal commits differ on this host, and the designs that follow. */
export async function makePlan({ gate, head, seed, most_s, say }: Planning): Promise<Plan> {
  const { cost, results: probed } = await probe({ gate, head, seed, say });
  const pilots: PilotFacts[] = [];
  for (const { window_s, repetitions } of PILOTS) {
    const { results, seconds } = await gate.measure({ head: head(0), window_s, repetitions, seed: seed + window_s });
    const pilot = pilotFacts(results, window_s, seconds);
    say(`A/A with windows of ${window_s} s: spread ${pilot.sd_ln.toFixed(4)} over ${pilot.blocks} blocks`);
    pilots.push(pilot);
  }
  const iterations = planted((share) => iterationsFor(share, { iterations: PROBE.iterations, cost }));
  const designs = planted((effect, least) => designFor(pilots, { effect, least, most_s }));
  return {
    made_at: new Date().toISOString(),
    seed,
    host: hostOf(probed),
    most_s,
    worse_by: WORSE_BY,
    connections: CONNECTIONS,
    warmup_s: WARMUP_S,
    probe: { iterations: PROBE.iterations, cost, base_cpu_ms_per_request: baseCpu(probed) },
    iterations,
    pilots,
    designs,
  };
}

/** As many experiments as it takes to know the loop's cost: what was disturbed in one may be calm in the next. */
async function probe({ gate, head, seed, say }: Omit<Planning, 'most_s'>): Promise<{ cost: Cost; results: Results }> {
  const all: Results[] = [];
  for (let k = 0; k < MOST_PROBES; k += 1) {
    const { results } = await gate.measure({ ...PROBE, head: head(PROBE.iterations), seed: seed + k });
    all.push(results);
    const cost = calmCost(all);
    say(
      `${PROBE.iterations} iterations: ${cost === null ? 'too few calm trials' : costText(cost)} of the base's CPU per request`,
    );
    if (cost !== null && errorOf(cost) <= PROBE_ERROR) return { cost, results };
  }
  throw new Error(
    `the cost of the loop is not known after ${MOST_PROBES} experiments: the host is too busy with other things`,
  );
}

function planted<T>(of: (planted: number, least: number) => T): Record<PlantedName, T> {
  const made = KINDS.flatMap(({ kind, planted: share, goal }) => (kind === 'a-a' ? [] : [[kind, of(share, goal)]]));
  return Object.fromEntries(made) as Record<PlantedName, T>;
}

interface Wanted {
  readonly effect: number;
  /** Of 20 runs. */
  readonly least: number;
  readonly most_s: number;
}

function designFor(pilots: readonly PilotFacts[], { effect, least, most_s }: Wanted): Design {
  return shortestDesign(pilots, { effect, margin: WORSE_BY, power: powerForGoal(least, GOAL_RUNS), most_s });
}

function baseCpu({ cells }: Results): number | null {
  return cells.find(({ deployment }) => deployment === 'base')?.server_cpu_ms_per_request.value ?? null;
}

export function hostOf({ host }: Pick<Results, 'host'>): Plan['host'] {
  if (host === null) throw new Error('results without a host');
  const { cpu_model, cores, os, kernel, virtualisation, runtimes } = host.fingerprint;
  const where = virtualisation === null ? '' : ` under ${virtualisation}`;
  const text = `${cpu_model}, ${cores} cores${where}, ${os}, Linux ${kernel}, Node ${runtimes['node'] ?? '?'}`;
  return { digest: host.digest, text };
}

function costText({ ratio, lo, hi }: Cost): string {
  return `${ratio.toFixed(3)} (${lo.toFixed(3)}–${hi.toFixed(3)})`;
}
