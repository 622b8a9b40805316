/** `above the floor`: not met, but better than what would be a fault; `not judged`: this host, or this short a run, cannot tell. */
export type Verdict = 'met' | 'above the floor' | 'missed' | 'not judged';

/** One line of goals: what was asked for, what was seen. */
export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly seen: string;
  readonly verdict: Verdict;
}

/** What one situation showed. */
export interface Finding {
  /** The first row has the headings. */
  readonly table: readonly (readonly string[])[];
  readonly goals: readonly Goal[];
  /** Who did what, for how long. */
  readonly how: string;
  /** What the table was made of. */
  readonly figures: unknown;
}

/** A finding, with where and when. */
export interface Section extends Finding {
  readonly title: string;
  readonly measured_at: string;
  readonly host: string;
  readonly load_1m_before: number;
}

/** A situation's text in Markdown: table, goals, circumstances. */
export function sectionText({ title, table, goals, how, host, load_1m_before, measured_at }: Section): string {
  const lines = [`${title}:`, '', ...tableLines(table)];
  if (goals.length > 0) {
    const rows = goals.map(({ what, goal, seen, verdict }) => [what, goal, seen, verdict]);
    lines.push('', ...tableLines([['goal', 'wanted', 'seen', ''], ...rows]));
  }
  const load = `load before: ${load_1m_before.toFixed(2)}`;
  return [...lines, '', `${measured_at.slice(0, 16)} UTC; ${how}; ${host}; ${load}.`].join('\n');
}

function tableLines([headings = [], ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---|').join('')}`, ...rows.map(line)];
}

/** How the program ends: 0, or 3 when a goal was missed. */
export function exitCodeOf(goals: readonly Goal[]): 0 | 3 {
  return goals.some(({ verdict }) => verdict === 'missed') ? 3 : 0;
}
