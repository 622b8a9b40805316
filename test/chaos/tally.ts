import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { impossible, type Kind, KINDS } from './faults.ts';
import { type Phase, PHASES } from './phase-watch.ts';

/** How often each kind of fault was in each phase. */
export class Tally {
  readonly #counts = new Map<string, number>();

  /** Counts of earlier campaigns, to go on from. */
  static from(file: string): Tally {
    const tally = new Tally();
    if (!existsSync(file)) return tally;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
    for (const [pair, count] of Object.entries(kept)) tally.#counts.set(pair, count);
    return tally;
  }

  save(file: string): void {
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(this.#counts), null, 1)}\n`);
  }

  count(kind: Kind, phase: Phase): number {
    return this.#counts.get(`${kind} × ${phase}`) ?? 0;
  }

  add(kind: Kind, phase: Phase): void {
    this.#counts.set(`${kind} × ${phase}`, this.count(kind, phase) + 1);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Possible pairs with fewer faults than that. */
  below(goal: number): string[] {
    return KINDS.flatMap((kind) =>
      PHASES.filter((phase) => this.lacks(kind, phase, goal)).map(
        (phase) => `${kind} × ${phase} (${this.count(kind, phase)})`,
      ),
    );
  }

  /** It can be, and has been less often than that. */
  lacks(kind: Kind, phase: Phase, goal: number): boolean {
    return impossible(kind, phase) === null && this.count(kind, phase) < goal;
  }

  /** The table: a line for each kind, a column for each phase, and below it what cannot be and why. */
  text(): string {
    const widest = Math.max(...KINDS.map((kind) => kind.length));
    const cell = (text: string, phase: string) => text.padStart(Math.max(phase.length, 4) + 2);
    const head = `${'fault'.padEnd(widest)}${PHASES.map((phase) => cell(phase, phase)).join('')}`;
    const lines = KINDS.map((kind) => {
      const cells = PHASES.map((phase) =>
        cell(impossible(kind, phase) === null ? String(this.count(kind, phase)) : '–', phase),
      );
      return `${kind.padEnd(widest)}${cells.join('')}`;
    });
    const reasons = Map.groupBy(
      KINDS.flatMap((kind) => PHASES.flatMap((phase) => ({ pair: { kind, phase }, why: impossible(kind, phase) }))),
      ({ why }) => why ?? '',
    );
    const impossibles = [...reasons].flatMap(([why, pairs]) =>
      why === '' ? [] : [`– ${why}: ${named(pairs.map(({ pair }) => pair))}`],
    );
    return [head, ...lines, '', ...impossibles].join('\n');
  }
}

function named(pairs: readonly { readonly kind: Kind; readonly phase: Phase }[]): string {
  return [...Map.groupBy(pairs, ({ kind }) => kind)]
    .map(
      ([kind, of]) =>
        `${kind} × ${of.length === PHASES.length ? 'any phase' : of.map(({ phase }) => phase).join(', ')}`,
    )
    .join('; ');
}
