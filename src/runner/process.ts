import { type BoundedGroup, startBounded } from './bounded-group.ts';
import { MAX_OUTPUT_BYTES_PER_S } from './output-rate.ts';
import type { GroupCommand } from './process-group.ts';

export interface ServerCommand extends GroupCommand {
  readonly port: number;
}

/** A server under test. */
export interface ServerProcess extends BoundedGroup {
  readonly port: number;
}

/** Starts a server; throws when the program cannot be started at all (not found, not executable). */
export async function startServer(command: ServerCommand): Promise<ServerProcess> {
  const { port } = command;
  command.guarded?.knows({ port });
  return { ...(await startBounded(command, { port, tooMuch: TOO_MUCH_OUTPUT })), port };
}

const TOO_MUCH_OUTPUT = `The server wrote more than ${MAX_OUTPUT_BYTES_PER_S / 2 ** 20} MiB within one second: reading it would disturb what is measured, not reading it would hold the server back.`;
