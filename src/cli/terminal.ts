/** Where a command writes: one JSON document or text to stdout, everything else to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  readonly color: boolean;
  readonly width: number;
  /** Of the terminal that stdout is; null: it is none. */
  readonly columns: number | null;
  print(text: string): void;
  note(text: string): void;
}

const NARROWEST = 60;
const WIDTH_OF_A_PIPE = 100;

/** Notes quote what servers and services said; of control characters only line ends and tabs may act on a terminal. */
export function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, ' ');
}

export function processTerminal(env: NodeJS.ProcessEnv): Terminal {
  const colorWanted = env['NO_COLOR'] === undefined || env['NO_COLOR'] === '';
  return {
    isInteractive: process.stderr.isTTY,
    color: process.stdout.isTTY && colorWanted,
    width: Math.max(NARROWEST, process.stdout.columns ?? WIDTH_OF_A_PIPE),
    columns: process.stdout.columns ?? null,
    print: (text) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => void process.stderr.write(`${harmless(text)}\n`),
  };
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.print(JSON.stringify(value, null, 2));
}
