import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_URL } from './service-client.ts';

/** The options of every command that talks to a service. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', `the service's address (default: BENCHWRIGHT_URL or ${DEFAULT_URL})`)
    .option('--key-file <file>', 'a file with the key (default: BENCHWRIGHT_KEY)')
    .option('--json', 'print one JSON document and nothing else');
}

/** An option that may be given several times; `whenAbsent`: what the help names as its default. */
export function repeatable(flags: string, description: string, whenAbsent: string): Option {
  return new Option(flags, `${description}; may be repeated`).argParser(collect).default([], whenAbsent);
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

export function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`expected a whole number from ${lowest} to ${highest}.`);
  };
}

/** Seconds, also parts of one. */
export function seconds(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`expected seconds from ${lowest} to ${highest}.`);
  };
}

/** A user as `useradd` makes them, or an id. */
export function userName(text: string): string {
  if (/^(?:[a-z_][a-z0-9_-]{0,30}\$?|\d{1,10})$/i.test(text)) return text;
  throw new InvalidArgumentError('expected the name of a user.');
}

/** `0-3,6` → [0, 1, 2, 3, 6], as taskset and the kernel write it. */
export function cpuList(text: string): number[] {
  const cpus = text.split(',').flatMap((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (!match) throw new InvalidArgumentError('expected CPUs like 0-3 or 0,2.');
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from || to > 4095) throw new InvalidArgumentError('expected CPUs like 0-3 or 0,2.');
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(cpus)].sort((a, b) => a - b);
}

/** `3%` or `0.03` → 0.03. */
export function share(text: string): number {
  const [, number = '', percent] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim()) ?? [];
  const value = Number(number) / (percent === '%' ? 100 : 1);
  if (number !== '' && value > 0 && value <= 10) return value;
  throw new InvalidArgumentError('expected a share like 3% or 0.03.');
}
