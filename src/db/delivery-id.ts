import { type SQL, sql } from 'drizzle-orm';
import { ID_PREFIXES } from '../core/id.ts';

/**
 * A new delivery's id, made by the database: rows are written by one statement for as many webhooks as there are. A UUIDv7 (RFC 9562)
 * with its 12 free bits counting 4,096ths of the millisecond (6.2, method 3): of two changes of one experiment, which wait for each
 * other's lock, the later one has the greater id. The start of a transaction, which `now()` is, would not tell.
 */
export const NEW_DELIVERY_ID: SQL<string> = sql<string>`(
  select ${sql.raw(`'${ID_PREFIXES.delivery}'`)} || lpad(to_hex(us / 1000), 12, '0') || '7' || lpad(to_hex(us % 1000 * 4096 / 1000), 3, '0')
    || substr(replace(gen_random_uuid()::text, '-', ''), 17)
  from (select floor(extract(epoch from clock_timestamp()) * 1000000)::bigint as us) as clock
)`;
