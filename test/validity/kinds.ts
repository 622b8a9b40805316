/** What is planted in the head of a run, and how often the gate is to see it (statistics: S15). */
export interface Kind {
  readonly kind: 'a-a' | 'plus-5' | 'plus-10';
  /** For people. */
  readonly name: string;
  /** More CPU per request than the base, as a share of the base's. */
  readonly planted: number;
  /** Of 20 runs. For what is planted: called slower at least so often; for A/A: called slower or faster at most so often. */
  readonly goal: number;
}

/** What the goals are stated for. */
export const GOAL_RUNS = 20;

export const KINDS: readonly Kind[] = [
  { kind: 'a-a', name: 'A/A', planted: 0, goal: 1 },
  { kind: 'plus-5', name: '+5 %', planted: 0.05, goal: 18 },
  { kind: 'plus-10', name: '+10 %', planted: 0.1, goal: 20 },
];

export type KindName = Kind['kind'];
/** Those with a difference, which a design is made for. */
export type PlantedName = Exclude<KindName, 'a-a'>;
