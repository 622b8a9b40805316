import pino from 'pino';
import { logDestination } from './log-destination.ts';

/** Logs of the runner on stderr: warnings only unless asked for more, so that progress stays readable. */
export function runnerLog(level = process.env['BENCHWRIGHT_LOG_LEVEL'] ?? 'warn'): pino.Logger {
  return pino({ level, redact: ['*.key', 'key', '*.lease_id', 'lease_id'] }, logDestination());
}
