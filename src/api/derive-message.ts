import type { ReportOptions } from './deps.ts';
import type { Part } from './documents.ts';
import type { ExperimentHead, TrialText } from './experiment-facts.ts';

/** What the service says to the thread that derives. It asks for one thing at a time; `trials` and `results` belong together. */
export type ToThread =
  | { readonly type: 'trials'; readonly trials: readonly TrialText[] }
  | { readonly type: 'results'; readonly head: ExperimentHead }
  /** The trials so far belong to nothing: reading the rest has failed. */
  | { readonly type: 'forget' }
  | { readonly type: 'part'; readonly text: string; readonly part: Part }
  | { readonly type: 'comparison'; readonly a: string; readonly b: string }
  | { readonly type: 'page'; readonly text: string; readonly options: ReportOptions };

/** What is answered. */
export type Asked = Extract<ToThread, { type: 'results' | 'part' | 'comparison' | 'page' }>;

/** The answer to each of those. */
export type FromThread =
  | { readonly type: 'made'; readonly value: unknown }
  | { readonly type: 'failed'; readonly message: string; readonly stack: string | undefined };
