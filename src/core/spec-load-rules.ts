import type { InputProblem } from './errors.ts';
import type { PartialSpec } from './spec-context.ts';
import type { LoadEntry } from './spec-load-schema.ts';
import { capacityProblems, openProblems } from './spec-open-rules.ts';
import { shown } from './spec-problems.ts';
import { slugProblems } from './spec-slug-rules.ts';

type Closed = Extract<LoadEntry, { model: 'closed' }>;

/** The rules within `load`: one kind of level a family, what belongs to it, no two levels of one name. */
export function loadProblems(spec: PartialSpec): InputProblem[] {
  const families = spec.load ?? [];
  const problems = families.flatMap((family, i) => (family ? familyProblems(family, `/load/${i}`, spec) : []));
  return problems.length > 0 ? problems : slugProblems(families);
}

function familyProblems(family: LoadEntry, at: string, spec: PartialSpec): InputProblem[] {
  if (family.model === 'open') return openProblems(family, at);
  if (family.model === 'capacity') return capacityProblems(family, at, spec);
  return closedProblems(family, at);
}

function closedProblems(family: Closed, at: string): InputProblem[] {
  const problems: InputProblem[] = [];
  if ((family.users === undefined) === (family.connections === undefined)) {
    problems.push({
      pointer: at,
      detail: 'expected exactly one of `users` (with think time) and `connections` (without: capacity)',
    });
  }
  if (family.users !== undefined && family.think_time_s === undefined) {
    problems.push({
      pointer: `${at}/think_time_s`,
      detail: 'users need a think time, e.g. {uniform: [1, 2]}; without one use `connections`',
    });
  }
  if (family.connections !== undefined && family.users === undefined) {
    for (const key of ['think_time_s', 'ramp_users_per_s'] as const) {
      if (family[key] !== undefined)
        problems.push({ pointer: `${at}/${key}`, detail: `\`${key}\` belongs to users, not to connections` });
    }
  }
  return [...problems, ...thinkProblems(family.think_time_s, `${at}/think_time_s`)];
}

function thinkProblems(think: Closed['think_time_s'], at: string): InputProblem[] {
  if (think === undefined) return [];
  if (Object.values(think).filter((v) => v !== undefined).length !== 1) {
    return [{ pointer: at, detail: `expected exactly one of constant, uniform, exponential, got ${shown(think)}` }];
  }
  if (think.uniform && think.uniform[0] > think.uniform[1]) {
    return [{ pointer: `${at}/uniform`, detail: `expected [lowest, highest], got ${shown(think.uniform)}` }];
  }
  return [];
}
