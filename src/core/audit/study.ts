import { z } from 'zod';
import type { InputProblem } from '../errors.ts';
import { problemsOf, shown } from '../spec-problems.ts';
import { claimSchema } from './claim.ts';
import { printedQuantitySchema } from './printed-number.ts';
import { countSchema, studyMetricSchema, studyRowSchema } from './study-row.ts';

/** A study is small: what people print in tables. A bound keeps a mistaken file from being audited for minutes. */
const MAX_ROWS = 2_000;
const MAX_ENTRIES = 200;
const title = z.string().min(1).max(300);
const positive = z.number().gt(0);

const thinkTimeSchema = z.union(
  [
    z.strictObject({ uniform: z.tuple([z.number().min(0), z.number().min(0)]) }),
    z.strictObject({ constant: z.number().min(0) }),
  ],
  { error: 'expected {"uniform": [lowest, highest]} or {"constant": seconds}' },
);

export const studyDesignSchema = z.strictObject({
  deployments: z
    .array(
      z.strictObject({
        deployment: z.string().min(1),
        command: z.string().min(1).nullable().default(null),
        /** What the study says this command runs. */
        interface: z.enum(['asgi', 'wsgi']).nullable().default(null),
      }),
    )
    .max(MAX_ENTRIES)
    .default([]),
  workers: z.array(countSchema).max(MAX_ENTRIES).default([]),
  users: z.array(countSchema).max(MAX_ENTRIES).default([]),
  think_time_s: thinkTimeSchema.nullable().default(null),
  ramp_users_per_s: positive.nullable().default(null),
  /** The shortest run that a row can stand for. */
  duration_s_min: positive.nullable().default(null),
  repetitions: countSchema.nullable().default(null),
  order: z.enum(['shuffled', 'sequential']).nullable().default(null),
  generator: z.enum(['same-machine', 'own-machine']).nullable().default(null),
  cores: countSchema.nullable().default(null),
});
export type StudyDesign = z.output<typeof studyDesignSchema>;

const rowsSchema = z.array(studyRowSchema).min(1).max(MAX_ROWS);

export const studyTableSchema = z
  .strictObject({
    table: z.string().min(1).max(80),
    /** cells: a row per cell. observations: a row per run. means_over_users: a row per deployment and worker count. */
    holds: z.enum(['cells', 'observations', 'means_over_users']),
    rows: rowsSchema,
  })
  .superRefine(({ holds, rows }, context) => {
    const seen = new Map<string, number>();
    rows.forEach((row, i) => {
      const problem = rowProblem(holds, row, seen, i);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem, path: ['rows', i] });
    });
  });
export type StudyTable = z.output<typeof studyTableSchema>;

function rowProblem(
  holds: 'cells' | 'observations' | 'means_over_users',
  row: z.output<typeof studyRowSchema>,
  seen: Map<string, number>,
  at: number,
): string | null {
  if (holds === 'cells' && row.users === null) return 'expected `users`, since each row is one cell';
  if (holds === 'means_over_users' && row.users !== null) return 'expected no `users` in a mean over load levels';
  if (holds === 'observations') return null;
  const cell = JSON.stringify([row.deployment, row.workers, row.users]);
  const before = seen.get(cell);
  seen.set(cell, at);
  return before === undefined
    ? null
    : `expected one row per cell (row ${before} is the same cell; runs are observations)`;
}

export const spreadTableSchema = z.strictObject({
  table: z.string().min(1).max(80),
  metric: studyMetricSchema,
  /** What the standard deviations are taken over. */
  over: z.enum(['users', 'repetitions']),
  workers: countSchema.nullable(),
  rows: z
    .array(
      z.strictObject({
        deployment: z.string().min(1),
        mean: printedQuantitySchema.nullable().default(null),
        sd: printedQuantitySchema,
        variance: printedQuantitySchema.nullable().default(null),
        cv: printedQuantitySchema.nullable().default(null),
      }),
    )
    .min(1)
    .max(MAX_ROWS),
});
export type SpreadTable = z.output<typeof spreadTableSchema>;

export const studySchema = z.strictObject({
  title,
  design: studyDesignSchema.prefault({}),
  tables: z.array(studyTableSchema).min(1).max(MAX_ENTRIES),
  spreads: z.array(spreadTableSchema).max(MAX_ENTRIES).default([]),
  claims: z.array(claimSchema).max(MAX_ENTRIES).default([]),
});
export type Study = z.output<typeof studySchema>;
export type StudyInput = z.input<typeof studySchema>;

export type ParsedStudy =
  | { readonly ok: true; readonly study: Study }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

const KNOWN_KEYS = [
  ...Object.keys(studySchema.shape),
  ...Object.keys(studyDesignSchema.shape),
  ...Object.keys(studyTableSchema.shape),
  ...Object.keys(studyRowSchema.shape),
];

/**
 * Parses a study from decoded JSON: an object of the schema above, or just an array of rows (also the rows of a CSV file
 * with a header, as text). All problems come at once, each with a JSON pointer.
 */
export function parseStudy(input: unknown): ParsedStudy {
  if (typeof input !== 'object' || input === null) {
    const detail = `expected a study (an object with title, design, tables) or an array of rows, got ${shown(input)}`;
    return { ok: false, problems: [{ pointer: '', detail }] };
  }
  if (Array.isArray(input)) {
    const parsed = parseStudy({ title: 'A table of rows', tables: [{ table: 'Table', holds: 'cells', rows: input }] });
    if (parsed.ok) return parsed;
    const problems = parsed.problems.map(({ pointer, detail }) => ({
      pointer: pointer.replace(/^\/tables\/0\/rows/, ''),
      detail,
    }));
    return { ok: false, problems };
  }
  const parsed = studySchema.safeParse(input);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error, input, [], KNOWN_KEYS) };
  return { ok: true, study: parsed.data };
}
