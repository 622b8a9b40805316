/**
 * What a file system answers that has no room (left at all, or for this user) or whose disk fails. Nothing of the operator's is
 * wrong then, and it may be over by itself: whoever starts the runner again is right to.
 */
const CODES = new Set(['ENOSPC', 'EDQUOT', 'EIO']);

export const isDiskTrouble = (code: string | undefined): boolean => code !== undefined && CODES.has(code);

/** What the file system answered; undefined: the error is none of its. */
export function fileSystemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
}
