import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { type Choice, dueKinds, needOf } from './choice.ts';
import { impossible, type Kind, KINDS } from './faults.ts';
import { type Phase, PHASES } from './phase-watch.ts';
import { Tally } from './tally.ts';

const GOAL = 5;
const PAIRS = KINDS.flatMap((kind) => PHASES.map((phase) => ({ kind, phase }))).filter(
  ({ kind, phase }) => impossible(kind, phase) === null,
);
const isPossible = (kind: Kind, phase: Phase): boolean => impossible(kind, phase) === null;
const random = seededRandom(1, 'choice');

/** A tally with so many of each possible pair, but for those that are named. */
function tallyOf(usual: number, others: Readonly<Record<string, number>> = {}): Choice {
  const tally = new Tally();
  for (const { kind, phase } of PAIRS) {
    const wanted = others[`${kind} × ${phase}`] ?? usual;
    for (let i = 0; i < wanted; i += 1) tally.add(kind, phase);
  }
  return { tally, goal: GOAL, isAllowed: isPossible };
}

describe('the choice of the next fault', () => {
  it('leaves out phases and kinds that have had theirs, as long as another lacks some', () => {
    const choice = tallyOf(GOAL, { 'cut api × queued': 3, 'kill runner × window': 4 });
    const needs = PHASES.map((phase) => [phase, needOf(phase, choice)]).filter(([, need]) => need !== 0);
    expect(needs).toEqual([
      ['queued', 2],
      ['window', 1],
    ]);
    expect(dueKinds('queued', choice, random)).toEqual(['cut api']);
    expect(dueKinds('probe', choice, random)).toEqual([]);
  });

  it('takes the scarcest kind first', () => {
    const choice = tallyOf(4, { 'freeze database × finish': 0, 'kill api × finish': 2 });
    expect(dueKinds('finish', choice, random).slice(0, 2)).toEqual(['freeze database', 'kill api']);
  });

  it('names no kind that may not be now, and no need for it', () => {
    const choice = {
      ...tallyOf(GOAL, { 'kill runner × floor': 0, 'cut api × queued': 4 }),
      isAllowed: (kind: Kind, phase: Phase) => isPossible(kind, phase) && kind !== 'kill runner',
    };
    expect(needOf('floor', choice)).toBe(0);
    expect(dueKinds('floor', choice, random)).toEqual([]);
  });

  it('reaches the goal in as few faults as there are pairs to meet, whatever phase comes next', () => {
    const choice = tallyOf(0);
    let faults = 0;
    while (choice.tally.below(GOAL).length > 0) {
      const phases = PHASES.filter((phase) => needOf(phase, choice) > 0);
      const phase = phases[Math.floor(random() * phases.length)] ?? 'queued';
      const [kind] = dueKinds(phase, choice, random);
      if (kind === undefined) throw new Error(`nothing is due in ${phase}`);
      choice.tally.add(kind, phase);
      faults += 1;
    }
    expect(faults).toBe(PAIRS.length * GOAL);
  });

  it('goes on with the rarest once the goal is reached', () => {
    const choice = tallyOf(7, { 'cut runner × stop': 5 });
    expect(needOf('stop', choice)).toBeGreaterThan(needOf('queued', choice));
    expect(dueKinds('stop', choice, random)[0]).toBe('cut runner');
  });
});
