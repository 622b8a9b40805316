import pino from 'pino';

/** What is kept of a log that its disk does not take, until there is room again: thousands of lines. What comes then is lost. */
const MAX_KEPT_BYTES = 2 ** 20;

/**
 * Where logs go: a file descriptor, standard error unless a test says otherwise, each line at once. A write that fails is
 * swallowed: thrown to whoever wrote the line, a full disk would make the warning of trouble the end of what it warns of.
 */
export function logDestination(fd = 2): pino.DestinationStream {
  const destination = pino.destination({ fd, sync: true, maxLength: MAX_KEPT_BYTES });
  destination.on('error', () => undefined);
  return destination;
}
