import type { InputProblem } from './errors.ts';
import { MAX_STAGES_S } from './limits.ts';
import type { PartialSpec } from './spec-context.ts';
import { LIMIT_KEYS, type LoadEntry } from './spec-load-schema.ts';
import { shown } from './spec-problems.ts';
import { stageOf } from './spec.ts';

type Open = Extract<LoadEntry, { model: 'open' }>;
type Capacity = Extract<LoadEntry, { model: 'capacity' }>;

/** The rules within a family whose arrivals do not wait for answers. */
export function openProblems(family: Open, at: string): InputProblem[] {
  const problems: InputProblem[] = [];
  if ((family.rate_rps === undefined) === (family.stages === undefined))
    problems.push({ pointer: at, detail: 'expected exactly one of `rate_rps` (a list of rates) and `stages`' });
  return [...problems, ...stagesProblems(family.stages, `${at}/stages`), ...poolProblems(family, at)];
}

function stagesProblems(stages: Open['stages'], at: string): InputProblem[] {
  if (stages === undefined) return [];
  const all_s = stages.reduce((sum, { for_s }) => sum + for_s, 0);
  const problems: InputProblem[] = [];
  if (all_s > MAX_STAGES_S)
    problems.push({ pointer: at, detail: `expected stages of at most ${MAX_STAGES_S} s together, got ${all_s} s` });
  if (stages.map(stageOf).every(({ from_rps, to_rps }) => from_rps + to_rps === 0))
    problems.push({ pointer: at, detail: 'expected a stage with a rate above 0: these ask for nothing' });
  return problems;
}

/** What a capacity search can never meet or never miss. */
export function capacityProblems(family: Capacity, at: string, { timeout_s }: PartialSpec): InputProblem[] {
  const { limit } = family;
  const keys = LIMIT_KEYS.filter((key) => limit[key] !== undefined);
  const problems: InputProblem[] = [];
  if (keys.length !== 1) {
    const came = keys.length === 0 ? 'none' : keys.join(' and ');
    problems.push({ pointer: `${at}/limit`, detail: `expected exactly one of ${LIMIT_KEYS.join(', ')}, got ${came}` });
  }
  for (const key of keys) {
    const ms = limit[key] ?? 0;
    if (timeout_s === undefined || ms < timeout_s * 1000) continue;
    const detail = `expected less than timeout_s, ${timeout_s * 1000} ms, got ${shown(ms)}: no request takes longer, so the limit would never be seen`;
    problems.push({ pointer: `${at}/limit/${key}`, detail });
  }
  return [...problems, ...poolProblems(family, at)];
}

function poolProblems({ connections, max_connections }: Open | Capacity, at: string): InputProblem[] {
  if (connections === undefined || connections <= max_connections) return [];
  const detail = `expected at most max_connections, ${max_connections}, got ${connections}`;
  return [{ pointer: `${at}/connections`, detail }];
}
