import type { SecondRow } from '../core/load-result.ts';
import type { TrialResult } from '../core/trial-result.ts';

/** Progress for whoever embeds the runner. Nothing that a result does not hold as well. */
export type RunnerEvent =
  | { readonly type: 'session-opened'; readonly runner_id: string }
  | {
      readonly type: 'job-claimed';
      readonly job_id: string;
      readonly experiment_id: string;
      readonly attempt: number;
      readonly generation: number;
    }
  /** `ref`: of a target from git, where the spec names one. */
  | { readonly type: 'provisioning'; readonly target: string; readonly ref?: string }
  | {
      readonly type: 'provisioned';
      readonly target: string;
      readonly ref?: string;
      readonly cached: boolean;
      readonly ok: boolean;
    }
  | { readonly type: 'probe'; readonly deployment: string; readonly workers: number }
  | { readonly type: 'floor'; readonly level: string }
  | {
      readonly type: 'trial-started';
      readonly cell: string;
      readonly block: number;
      readonly run: number;
      /** Place among the planned trials, from 1, and their number. A rerun has the place of the trial that it repeats. */
      readonly k: number;
      readonly n: number;
    }
  | { readonly type: 'step'; readonly cell: string; readonly step: string }
  | { readonly type: 'phase'; readonly cell: string; readonly phase: string }
  | { readonly type: 'second'; readonly cell: string; readonly second: SecondRow }
  | {
      /** A result is there, and about to be spooled and sent: these bytes, or none of it. */
      readonly type: 'measured';
      readonly cell: string;
      readonly block: number;
      readonly run: number;
      /** SHA-256, hex. */
      readonly digest: string;
    }
  /** It is on disk: from here on no end of this process loses it. */
  | { readonly type: 'spooled'; readonly cell: string; readonly block: number; readonly run: number }
  | { readonly type: 'trial-ended'; readonly k: number; readonly n: number; readonly result: TrialResult }
  | { readonly type: 'finishing'; readonly job_id: string }
  | { readonly type: 'job-ended'; readonly job_id: string; readonly ended: string };

export type OnEvent = (event: RunnerEvent) => void;

/** What the runner writes for its operator; pino's shape, so that a pino logger fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}
