import { parseArgs } from 'node:util';
import { SITUATIONS } from './situations.ts';
import { TOOL_NAMES } from './tools.ts';

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly tools: readonly string[];
  readonly situations: readonly string[];
  /** Measure nothing: only tell what earlier runs found. */
  readonly markdown: boolean;
  readonly writeDocs: boolean;
}

const ALL = 'all';
const NAMES = SITUATIONS.map(({ name }) => name);

/** @throws Error that names everything that is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '7' },
      seconds: { type: 'string', default: '3' },
      tools: { type: 'string', default: TOOL_NAMES.join(',') },
      situation: { type: 'string', default: 'speed' },
      markdown: { type: 'boolean', default: false },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const problems: string[] = [];
  const options = {
    rounds: numberOf('rounds', values.rounds, 1, 100, problems),
    // A shorter run is over before what it costs is seen.
    seconds: numberOf('seconds', values.seconds, 2, 600, problems),
    tools: listOf('tools', values.tools, TOOL_NAMES, problems),
    situations: withAll(listOf('situation', values.situation, [...NAMES, ALL], problems)),
    markdown: values.markdown,
    writeDocs: values['write-docs'],
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return options;
}

function numberOf(flag: string, text: string, lo: number, hi: number, problems: string[]): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < lo || value > hi) {
    problems.push(`--${flag}: expected a whole number from ${lo} to ${hi}, got ${text}`);
  }
  return value;
}

function listOf(flag: string, text: string, known: readonly string[], problems: string[]): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) problems.push(`--${flag}: expected some of ${known.join(', ')}, got ${unknown.join(', ')}`);
  return names;
}

function withAll(names: readonly string[]): readonly string[] {
  return names.includes(ALL) ? NAMES : names;
}
