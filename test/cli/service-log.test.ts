import { closeSync, openSync } from 'node:fs';
import { DrizzleQueryError } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { logDestination } from '../../src/cli/log-destination.ts';
import { serviceLog } from '../../src/cli/service-log.ts';

function logged(err: unknown): string {
  const lines: string[] = [];
  serviceLog({ write: (line: string) => void lines.push(line) }).error({ err, request_id: 'req_1' }, 'failed');
  return lines.join('');
}

describe('the log of the service', () => {
  it('names a failed statement and why it failed, and none of its values', () => {
    const cause = new Error('could not extend file: No space left on device');
    const line = logged(
      new DrizzleQueryError('insert into "trials" values ($1, $2)', ['lea_secret', 'a whole trial'], cause),
    );
    expect(line).toContain('insert into \\"trials\\" values ($1, $2)');
    expect(line).toContain('No space left on device');
    expect(line).toContain('service-log.test.ts');
    expect(line).not.toContain('lea_secret');
    expect(line).not.toContain('a whole trial');
  });

  it('throws at nobody when its disk is full', () => {
    // Whatever is written there fails with ENOSPC (null(4)).
    const full = openSync('/dev/full', 'w');
    try {
      const log = serviceLog(logDestination(full));
      expect(() => log.error({ err: new Error('first') }, 'failed')).not.toThrow();
      expect(() => log.error({ err: new Error('second') }, 'failed')).not.toThrow();
    } finally {
      closeSync(full);
    }
  });

  it('keeps message and stack of any other error', () => {
    const line = logged(new TypeError('x is not a function'));
    expect(line).toContain('x is not a function');
    expect(line).toContain('service-log.test.ts');
  });
});
