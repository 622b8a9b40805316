/** Exit codes of every command; scripts and CI rely on them. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  badInput: 2,
  gateFailed: 3,
  experimentFailed: 4,
  unreachable: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An end that was expected: a message for people, and the exit code. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  /** What `--json` prints: the service's problem document where there is one. */
  readonly document: unknown;

  constructor(exitCode: ExitCode, message: string, document?: unknown) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.document = document ?? { error: message };
  }
}
