import { type SQL, sql } from 'drizzle-orm';
import { ID_PREFIXES } from '../core/id.ts';

/**
 * A new delivery's id, made by the database for each row: one statement writes them for as many webhooks as there are. A UUIDv7 (RFC 9562)
 * whose 12 free bits count 4,096ths of the millisecond (6.2, method 3). No sub-select, which would be run once for all rows.
 */
export const NEW_DELIVERY_ID: SQL<string> = sql<string>`${sql.raw(`'${ID_PREFIXES.delivery}'`)}
  || overlay(lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 4096000)::bigint), 15, '0') placing '7' from 13 for 0)
  || substr(replace(gen_random_uuid()::text, '-', ''), 17)`;
