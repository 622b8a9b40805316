import type { runEngine } from '../../../src/load/run-engine.ts';
import type { Nginx } from '../nginx.ts';

/** Ours: that of the build, which is what is measured. */
export type RunEngine = typeof runEngine;

/** What every load generator is told to do. */
export interface Task {
  readonly server: Nginx;
  readonly connections: number;
  /** Measured, after about one second of warm-up where the tool has such a thing. */
  readonly seconds: number;
  /** The one core that the generator has. */
  readonly cpu: number;
}

/** What one run of a load generator showed. */
export interface Run {
  /** Answered requests per second. */
  readonly rps: number;
  readonly cpu_us_per_request: number;
  /** Of its process, in MB (1,000,000 bytes). */
  readonly memory_peak_mb: number;
  /** It will not vouch for this run itself: only ours ever says so. */
  readonly void: boolean;
}

/** A load generator that is a program of its own: how it is found, called and understood. */
export interface Program {
  /** As in the table and in `--tools`. */
  readonly name: string;
  /** The name of its file; null: it is run by Node, and comes with this checkout. */
  readonly file: string | null;
  /** How a reader gets it. */
  readonly install: string;
  /** Arguments that make it tell its version, and where that stands if it is not the first that looks like one. */
  readonly versionArgs: readonly string[];
  readonly versionAfter?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads: name → text, written into `folder` before it starts. */
  readonly files?: (task: Task) => Readonly<Record<string, string>>;
  /** Its arguments. `folder`: one of its own, empty but for its files. */
  readonly args: (task: Task, folder: string) => readonly string[];
  /** Called again with these when it has ended, to tell what it found; then this output is read. */
  readonly reportArgs?: (task: Task, folder: string) => readonly string[];
  /**
   * Requests per second in what it wrote on its standard output.
   * @throws Error when requests failed; NaN where nothing can be read.
   */
  readonly read: (output: string, task: Pick<Task, 'seconds'>) => number;
}

/** The first thing that looks like a version, or on the line that begins with `after`; empty where there is none. */
export function readVersion(output: string, after = ''): string {
  const line = after === '' ? output : (output.split('\n').find((each) => each.startsWith(after)) ?? '');
  return /\d+\.\d+(?:\.\d+)?/.exec(line)?.[0] ?? '';
}
