import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { at } from './columns.ts';
import { experiments } from './experiments.ts';
import { projects } from './projects.ts';

/** Of a series of which nothing else was set. */
export const DEFAULT_MAIN_BRANCH = 'main';

/** What people have set for a series; one of which nothing was set has no row, and the defaults. Its history is its experiments. */
export const series = pgTable(
  'series',
  {
    project_id: text()
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** Experiments with this `labels.branch` are its history. */
    main_branch: text().notNull().default(DEFAULT_MAIN_BRANCH),
    /** The experiment that `base: series` compares with; retention leaves it alone. */
    baseline_experiment_id: text().references(() => experiments.id),
    baseline_set_at: at(),
    created_at: at().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.project_id, t.name] })],
);
