import { openPostgres } from '../db/client-postgres.ts';
import { migrate } from '../db/migrate.ts';
import { EXIT } from './exit-codes.ts';

/** Without user and password. */
function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host + new URL(url).pathname : 'the database of DATABASE_URL';
}

/** What the database or the socket said, not what Drizzle wraps around it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause);
}

/** `npm run db:migrate`: brings the database of DATABASE_URL to the schema of this version. Run again, it changes nothing. */
async function main(): Promise<number> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') {
    const remedy = 'set DATABASE_URL to the direct address of the database, postgres://user:password@host:5432/name';
    process.stderr.write(`db:migrate: ${remedy}\n`);
    return EXIT.badInput;
  }
  const { db, close } = await openPostgres({ url, max: 1, answer_ms: null });
  try {
    const applied = await migrate(db);
    const did = applied === 0 ? 'up to date, nothing to do' : `migrations applied: ${applied}`;
    process.stdout.write(`${placeOf(url)}: ${did}\n`);
    return EXIT.ok;
  } catch (error) {
    process.stderr.write(`db:migrate: ${placeOf(url)}: ${reasonOf(error)}\n`);
    return EXIT.unreachable;
  } finally {
    await close();
  }
}

process.exitCode = await main();
