import { isCausedBy } from './error-causes.ts';

const UNIQUE_VIOLATION = '23505';

/** Whether a statement failed because it would have broken that unique constraint or index. The drivers name it differently. */
export function violates(error: unknown, constraint: string): boolean {
  return isCausedBy(
    error,
    (cause) => cause.code === UNIQUE_VIOLATION && (cause.constraint_name ?? cause.constraint) === constraint,
  );
}
