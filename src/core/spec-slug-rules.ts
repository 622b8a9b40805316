import type { InputProblem } from './errors.ts';
import type { LoadEntry } from './spec-load-schema.ts';

/** A level as it stands in the names of cells, and where the spec has it. */
interface Level {
  /** `u10`, `c16`, `r500`, `stages`, `cap`. */
  readonly slug: string;
  /** For people: `level 10`, `stages`. */
  readonly says: string;
  /** Below the family's own pointer. */
  readonly at: string;
}

/** Kinds of level that are numbers, with the letter that stands before them in a slug. */
const LISTS = [
  ['users', 'u'],
  ['connections', 'c'],
  ['rate_rps', 'r'],
] as const;
export type LevelKind = (typeof LISTS)[number][0];
export const LEVEL_KINDS: readonly LevelKind[] = LISTS.map(([kind]) => kind);

function levelsOf(family: LoadEntry): Level[] {
  if (family.model === 'capacity') return [{ slug: 'cap', says: 'a capacity search', at: '' }];
  if (family.model === 'open' && family.stages !== undefined) return [{ slug: 'stages', says: 'stages', at: '' }];
  return LISTS.flatMap(([key, letter]) => {
    const levels = levelList(family, key);
    return levels.map((level, j) => ({ slug: `${letter}${level}`, says: `level ${level}`, at: `/${key}/${j}` }));
  });
}

/** Its levels of that kind; none where it has another. */
export function levelList(family: LoadEntry, key: LevelKind): readonly number[] {
  if (family.model === 'closed') return (key === 'rate_rps' ? undefined : family[key]) ?? [];
  return (family.model === 'open' && key === 'rate_rps' ? family.rate_rps : undefined) ?? [];
}

/** How many levels a family has: each is a cell of every deployment and worker count. */
export function levelCount(family: LoadEntry | undefined): number {
  return family === undefined ? 0 : levelsOf(family).length;
}

/** Two families with the same level would share a slug: then each needs an id of its own. */
export function slugProblems(families: readonly (LoadEntry | undefined)[]): InputProblem[] {
  const seen = new Map<string, number>();
  return families.flatMap((family, i) => {
    if (family === undefined) return [];
    return levelsOf(family).flatMap(({ slug, says, at }): InputProblem[] => {
      const name = `${slug} ${family.id ?? ''}`;
      const before = seen.get(name);
      seen.set(name, i);
      if (before === undefined) return [];
      if (before === i) return [{ pointer: `/load/${i}${at}`, detail: `${says} is listed twice` }];
      const detail = `${says} is also in /load/${before}: give each of the two families an \`id\` of its own`;
      return [{ pointer: `/load/${i}/id`, detail }];
    });
  });
}
