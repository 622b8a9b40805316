import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Random } from '../../src/core/random.ts';
import { readProcesses, withDescendants } from '../../src/runner/process-table.ts';

export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid?: number;
  readonly gid?: number;
}

interface SupervisedOptions {
  readonly name: string;
  readonly command: Command;
  readonly logFile: string;
  readonly random: Random;
  /** The signal that asks it to end in order. */
  readonly stopSignal: NodeJS.Signals;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  readonly onEnd?: () => void;
  /** Ends by itself that are in order while other components are in trouble; anything else is a finding. */
  readonly isForgiven?: (exit: string, lastLines: string) => boolean;
}

/** As systemd's RestartSec would be, but at random: between almost at once and long enough for others to notice. */
const RESTART_MS = { least: 20, most: 600 };
const STOP_DEADLINE_MS = 25_000;
const KEPT_CHARS = 4_000;

/** A component as a service manager runs it: started again whenever it ends, until it is to stop. */
export class Supervised {
  readonly name: string;
  /** Ends that nobody caused: what makes a campaign fail. */
  readonly incidents: string[] = [];
  readonly #options: SupervisedOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | null = null;
  #restart: NodeJS.Timeout | undefined;
  #thaw: NodeJS.Timeout | undefined;
  #isWanted = false;
  #wasKilled = false;
  #last = '';

  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.#options = options;
    this.#log = createWriteStream(options.logFile, { flags: 'a' });
  }

  /** Null: it is not running now. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  start(): void {
    this.#isWanted = true;
    this.#wasKilled = false;
    this.#last = '';
    const { argv, env, cwd, uid, gid } = this.#options.command;
    const [program = '', ...args] = argv;
    const child = spawn(program, args, { cwd, env, uid, gid, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#note(`--- started as ${child.pid ?? 'nothing'}`);
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[stream] }).on('line', (line) => {
        this.#note(line);
        this.#options.onLine?.(line, stream);
      });
    }
    child.on('error', (error) => this.incidents.push(`${this.name} could not be started: ${error.message}`));
    child.on('close', (code, signal) => this.#ended(signal ?? `code ${code}`));
  }

  /** kill -9 of it and, where it is one, of its whole cluster; false: it was not running. */
  kill(): boolean {
    if (this.#child === null) return false;
    this.#wasKilled = true;
    this.#signal('SIGKILL');
    return true;
  }

  /** SIGSTOP, and SIGCONT after so long. */
  freeze(ms: number): boolean {
    if (this.#child === null) return false;
    const pids = this.#signal('SIGSTOP');
    clearTimeout(this.#thaw);
    this.#thaw = setTimeout(() => send(pids, 'SIGCONT'), ms);
    return true;
  }

  /** Ends it in order, frozen or not. Not having ended in time is an incident. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    clearTimeout(this.#restart);
    clearTimeout(this.#thaw);
    const child = this.#child;
    if (child !== null) {
      const closed = once(child, 'close');
      this.#signal('SIGCONT');
      child.kill(this.#options.stopSignal);
      const deadline = setTimeout(() => {
        this.incidents.push(
          `${this.name} did not end within ${STOP_DEADLINE_MS / 1000} s of ${this.#options.stopSignal}`,
        );
        this.kill();
      }, STOP_DEADLINE_MS);
      await closed;
      clearTimeout(deadline);
    }
    const written = once(this.#log, 'close');
    this.#log.end();
    await written;
  }

  #signal(signal: NodeJS.Signals): number[] {
    const pid = this.#child?.pid;
    if (pid === undefined) return [];
    // Only of a database: what a runner has started is to survive it, as it would anywhere.
    const pids = this.name === 'database' ? [...withDescendants(readProcesses(), new Set([pid]))] : [pid];
    send(pids, signal);
    return pids;
  }

  #ended(exit: string): void {
    this.#child = null;
    clearTimeout(this.#thaw);
    this.#note(`--- ended by ${exit}`);
    this.#options.onEnd?.();
    if (!this.#isWanted) return;
    const { isForgiven } = this.#options;
    if (!this.#wasKilled && !(isForgiven?.(exit, this.#last) ?? false))
      this.incidents.push(`${this.name} ended by itself (${exit}):\n${this.#last}`);
    const { least, most } = RESTART_MS;
    this.#restart = setTimeout(() => this.start(), least + (most - least) * this.#options.random());
  }

  #note(line: string): void {
    this.#last = `${this.#last}${line}\n`.slice(-KEPT_CHARS);
    this.#log.write(`${new Date().toISOString()} ${line}\n`);
  }
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
