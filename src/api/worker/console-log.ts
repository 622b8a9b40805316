import { withoutValues } from '../../db/query-error.ts';
import type { Log } from '../deps.ts';

const LEVELS = ['error', 'warn', 'info'] as const;
type Level = (typeof LEVELS)[number];

/** Never logged, whatever holds them. */
const SECRET = new Set(['authorization', 'key', 'lease']);

function errorFields(error: unknown): unknown {
  const bare = withoutValues(error);
  if (!(bare instanceof Error)) return String(bare);
  const { code } = bare as { code?: unknown };
  return { type: bare.name, message: bare.message, stack: bare.stack, ...(typeof code === 'string' ? { code } : {}) };
}

function shown(name: string, value: unknown): unknown {
  if (SECRET.has(name.toLowerCase())) return '[Redacted]';
  return value instanceof Error ? errorFields(value) : value;
}

/** Logs as JSON lines, which Workers Logs takes apart into fields; as those of the Node service, which pino writes. */
export function consoleLog(level = 'warn', write: (line: string, level: Level) => void = toConsole): Log {
  const upTo = LEVELS.indexOf(level as Level);
  const logger = (of: Level) => (fields: Record<string, unknown>, message: string) => {
    if (LEVELS.indexOf(of) > (upTo === -1 ? LEVELS.indexOf('warn') : upTo)) return;
    const line = { level: of, time: new Date().toISOString(), msg: message, ...fields };
    write(JSON.stringify(line, shown), of);
  };
  return { error: logger('error'), warn: logger('warn'), info: logger('info') };
}

function toConsole(line: string, level: Level): void {
  console[level](line);
}
