import pino from 'pino';
import { withoutValues } from '../db/query-error.ts';
import { logDestination } from './log-destination.ts';

/** Logs of the service: JSON lines on stderr, so that stdout stays free for documents. Keys and leases never get in. */
export function serviceLog(destination: pino.DestinationStream = logDestination()): pino.Logger {
  return pino(
    {
      level: process.env['BENCHWRIGHT_LOG_LEVEL'] ?? 'warn',
      redact: ['*.authorization', '*.key', '*.lease', 'authorization', 'key'],
      serializers: { err: (error: unknown) => pino.stdSerializers.err(withoutValues(error) as Error) },
    },
    destination,
  );
}
