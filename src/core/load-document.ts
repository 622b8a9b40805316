import type { z } from 'zod';
import { findingSchema } from './finding.ts';
import { loadResultSchema } from './load-result.ts';

/** A finding of a run that is neither a cell's nor a trial's. */
export const loadFindingSchema = findingSchema.omit({ cell: true, trial: true }).meta({ id: 'LoadFinding' });
export type LoadFinding = z.output<typeof loadFindingSchema>;

/** The document of `benchwright load --json`: what the engine measured, and what the rules of validity say of it. */
export const loadDocumentSchema = loadResultSchema
  .extend({ findings: loadFindingSchema.array() })
  .meta({ id: 'LoadDocument' });
