import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/benchwright.js', import.meta.url));

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** The real binary as a child process, with nothing of the test's own keys and addresses in its environment. */
export function startCli(args: readonly string[], options: CliOptions = {}): ChildProcessWithoutNullStreams {
  const {
    BENCHWRIGHT_KEY: _key,
    BENCHWRIGHT_OPERATOR_KEY: _operator,
    BENCHWRIGHT_URL: _url,
    DATABASE_URL: _database,
    ...inherited
  } = process.env;
  return spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: { ...inherited, NO_COLOR: '1', ...options.env },
  });
}

export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  return ended(startCli(args, options));
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** Waits until a line of the child's stderr or stdout matches; fails when it ends before. */
export async function untilSaid(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<RegExpExecArray> {
  let said = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      said += String(chunk);
      const match = pattern.exec(said);
      if (match) resolve(match);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', () => reject(new Error(`it ended without saying ${pattern}:\n${said}`)));
  });
}
