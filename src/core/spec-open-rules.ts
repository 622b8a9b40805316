import { beyondTimeout } from './capacity-limit.ts';
import type { InputProblem } from './errors.ts';
import { MAX_STAGES_S } from './limits.ts';
import { noArrivals } from './planned-arrivals.ts';
import type { PartialSpec } from './spec-context.ts';
import { LIMIT_KEYS, type LoadEntry } from './spec-load-schema.ts';
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
  // One rate asks for at least one request: it is 1 or more, and so is the window.
  const nothing = noArrivals(stages.map(stageOf));
  if (nothing !== null) problems.push({ pointer: at, detail: nothing });
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
    const detail = timeout_s === undefined ? null : beyondTimeout(limit[key] ?? 0, timeout_s, 'timeout_s');
    if (detail !== null) problems.push({ pointer: `${at}/limit/${key}`, detail });
  }
  return [...problems, ...poolProblems(family, at)];
}

function poolProblems({ connections, max_connections }: Open | Capacity, at: string): InputProblem[] {
  if (connections === undefined || connections <= max_connections) return [];
  const detail = `expected at most max_connections, ${max_connections}, got ${connections}`;
  return [{ pointer: `${at}/connections`, detail }];
}
