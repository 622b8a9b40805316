import { z } from 'zod';

export const SEVERITIES = ['INVALID', 'SUSPECT', 'NOTE'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a validity rule says about a cell or one of its trials. */
export const findingSchema = z
  .object({
    rule: z.string(),
    severity: z.enum(SEVERITIES),
    cell: z.string(),
    /** `{block}/{run}` of the trial that it is about; null: the cell. */
    trial: z.string().nullable(),
    evidence: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
    says: z.string(),
    remedy: z.string().nullable(),
  })
  .meta({ id: 'Finding' });
export type Finding = z.output<typeof findingSchema>;
