import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { ended } from '../cli/run-cli.ts';
import { createDatabase, withDatabase } from '../databases/server.ts';

const SCRIPT = fileURLToPath(new URL('../../src/cli/db-migrate.ts', import.meta.url));
let url: string;

beforeAll(async () => {
  const server = inject('databaseServer');
  if (server === undefined) throw new Error('the global set-up of the tier has not run');
  url = withDatabase(server.direct, await createDatabase(server, 'empty'));
});

function run(DATABASE_URL: string) {
  return ended(spawn(process.execPath, [SCRIPT], { env: { ...process.env, DATABASE_URL } }));
}

describe('npm run db:migrate', () => {
  it('brings an empty database to the present schema, says so, and does nothing when run again', async () => {
    const first = await run(url);
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/: migrations applied: [1-9]\d*\n$/);
    expect(first.code).toBe(0);
    const again = await run(url);
    expect(again.stdout).toContain('up to date, nothing to do');
    expect(again.code).toBe(0);
  });

  it('tells the address and what is wrong with it, never the password', async () => {
    const away = await run('postgres://nobody:pass-word@127.0.0.1:1/none');
    expect(away.stderr).toContain('127.0.0.1:1/none');
    expect(away.stderr).toContain('ECONNREFUSED');
    expect(away.stderr).not.toContain('pass-word');
    expect(away.code).toBe(5);
  });

  it('asks for the address when there is none', async () => {
    const without = await run('');
    expect(without.stderr).toContain('set DATABASE_URL');
    expect(without.code).toBe(2);
  });
});
