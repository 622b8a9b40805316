/** A wrapped error names its cause; deeper chains do not occur. */
const MAX_CAUSES = 5;
const UNIQUE_VIOLATION = '23505';

/** Whether a statement failed because it would have broken that unique constraint or index. The drivers name it differently. */
export function violates(error: unknown, constraint: string): boolean {
  let cause = error;
  for (let i = 0; i < MAX_CAUSES && typeof cause === 'object' && cause !== null; i += 1) {
    const said = cause as { code?: unknown; constraint?: unknown; constraint_name?: unknown; cause?: unknown };
    if (said.code === UNIQUE_VIOLATION) return (said.constraint_name ?? said.constraint) === constraint;
    cause = said.cause;
  }
  return false;
}
