import type { ReportPage } from '../db/report-pages.ts';
import type { Deps, ReportOptions } from './deps.ts';
import {
  type DocumentPart,
  makeComparison,
  makePage,
  makeResults,
  type MadeResults,
  type Part,
  partOf,
} from './documents.ts';
import { type ExperimentHead, experimentFacts, summarisedTrial, type TrialText } from './experiment-facts.ts';

/**
 * Makes the documents of an experiment. Of thousands of trials that takes seconds, in which the event loop must not stand still:
 * on Node a thread does it (`derive-thread.ts`), on Workers and in tests it happens in place.
 */
export interface Derive {
  /** `results.json`. The trials come in the order of the schedule, in pages. */
  results(head: ExperimentHead, trials: AsyncIterable<readonly TrialText[]>): Promise<MadeResults>;
  /** Rows of a view, from the text of `results.json`. */
  part(text: string, part: Part): Promise<DocumentPart>;
  /** The comparison of two experiments, a against b, as JSON, from the texts of their `results.json`. */
  comparison(a: string, b: string): Promise<string>;
  /** The page, from the text of `results.json`. */
  page(text: string, options: ReportOptions): Promise<ReportPage>;
}

/** In place: whoever asks waits, and so does everybody else. */
export function deriveInPlace(renderReport: Deps['renderReport']): Derive {
  return {
    async results(head, pages) {
      const trials: ReturnType<typeof summarisedTrial>[] = [];
      for await (const page of pages) trials.push(...page.map(summarisedTrial));
      return makeResults(experimentFacts(head, trials));
    },
    part: async (text, part) => partOf(text, part),
    comparison: async (a, b) => makeComparison(a, b),
    page: (text, options) => makePage(text, options, renderReport),
  };
}

export function deriveOf(deps: Pick<Deps, 'derive' | 'renderReport'>): Derive {
  return deps.derive ?? deriveInPlace(deps.renderReport);
}
