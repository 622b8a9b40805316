import pino from 'pino';

/** Logs of the service: JSON lines on stderr, so that stdout stays free for documents. Keys and leases never get in. */
export function serviceLog(): pino.Logger {
  return pino(
    {
      level: process.env['BENCHWRIGHT_LOG_LEVEL'] ?? 'warn',
      redact: ['*.authorization', '*.key', '*.lease', 'authorization', 'key'],
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
