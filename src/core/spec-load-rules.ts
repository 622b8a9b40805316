import type { InputProblem } from './errors.ts';
import type { PartialSpec } from './spec-context.ts';
import { shown } from './spec-problems.ts';
import type { SpecInput } from './spec-schema.ts';

type Family = SpecInput['load'][number];

/** The rules within `load`: one kind of level a family, think time where it belongs, no two levels of one name. */
export function loadProblems(spec: PartialSpec): InputProblem[] {
  const families = spec.load ?? [];
  const problems = families.flatMap((family, i) => (family ? familyProblems(family, `/load/${i}`) : []));
  return problems.length > 0 ? problems : slugProblems(families);
}

function familyProblems(family: Family, at: string): InputProblem[] {
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

function thinkProblems(think: Family['think_time_s'], at: string): InputProblem[] {
  if (think === undefined) return [];
  if (Object.values(think).filter((v) => v !== undefined).length !== 1) {
    return [{ pointer: at, detail: `expected exactly one of constant, uniform, exponential, got ${shown(think)}` }];
  }
  if (think.uniform && think.uniform[0] > think.uniform[1]) {
    return [{ pointer: `${at}/uniform`, detail: `expected [lowest, highest], got ${shown(think.uniform)}` }];
  }
  return [];
}

/** Two families with the same level would share a slug: then each needs an id of its own. */
function slugProblems(families: readonly (Family | undefined)[]): InputProblem[] {
  const seen = new Map<string, number>();
  return families.flatMap((family, i) => {
    if (family === undefined) return [];
    const key = family.users === undefined ? 'connections' : 'users';
    return (family[key] ?? []).flatMap((level, j): InputProblem[] => {
      const slug = `${key} ${level} ${family.id ?? ''}`;
      const before = seen.get(slug);
      seen.set(slug, i);
      if (before === undefined) return [];
      if (before === i) return [{ pointer: `/load/${i}/${key}/${j}`, detail: `level ${level} is listed twice` }];
      return [
        {
          pointer: `/load/${i}/id`,
          detail: `level ${level} is also in /load/${before}: give each of the two families an \`id\` of its own`,
        },
      ];
    });
  });
}
