import { z } from 'zod';
import { parseBounded } from '../bounded-parse.ts';
import type { InputProblem } from '../errors.ts';
import { commitSha } from '../origin.ts';
import type { HookEvent } from './hook-change.ts';

/** Fields that the payloads of several code hosts share. Of a payload only what is used is looked at; the rest may be anything. */

export type ReadEvent =
  | { readonly ok: true; readonly event: HookEvent }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** The database's `integer`. */
const MAX_NUMBER = 2 ** 31 - 1;
/** As `originSchema` keeps them. */
const MAX_REPO = 200;
const MAX_BRANCH = 300;

export const sha = commitSha;
export const repoName = z.string().min(1).max(MAX_REPO);
export const branchName = z.string().min(1).max(MAX_BRANCH);
export const pullRequestNumber = z.int().min(1).max(MAX_NUMBER);

const OF_BRANCHES = 'refs/heads/';
/** Of a branch or a tag. */
export const refName = z
  .string()
  .min(1)
  .max(OF_BRANCHES.length + MAX_BRANCH);

/** Null: of a tag, or of something else that is no branch. */
export function branchOfRef(ref: string): string | null {
  return ref.startsWith(OF_BRANCHES) && ref.length > OF_BRANCHES.length ? ref.slice(OF_BRANCHES.length) : null;
}

export function refOfBranch(branch: string): string {
  return OF_BRANCHES + branch;
}

/** What stands for the commit that there is none of: before a branch is made, and after it is deleted. */
export function isNoCommit(id: string): boolean {
  return /^0+$/.test(id);
}

/** RFC 3339; GitLab also writes `2026-09-15 16:50:55 UTC` and `… +0200`. A database has no year 0. */
const INSTANT = /^(?!0000)(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(?:(Z|UTC)|([+-]\d\d):?(\d\d))$/;
const rfc3339Text = z.iso.datetime({ offset: true });

function asRfc3339(text: string): string {
  return text.replace(INSTANT, (_, day: string, time: string, utc: string | undefined, hours = '', minutes = '') =>
    utc === undefined ? `${day}T${time}${String(hours)}:${String(minutes)}` : `${day}T${time}Z`,
  );
}

/** A point in time as one of the code hosts writes it; as RFC 3339. */
export const instant = z
  .string()
  .max(40)
  .refine((text) => INSTANT.test(text) && rfc3339Text.safeParse(asRfc3339(text)).success, 'expected a time, RFC 3339')
  .transform(asRfc3339);

/** Reads a payload with the schema of its event, and makes an event of it. */
export function readPayload<S extends z.ZodObject>(
  schema: S,
  payload: unknown,
  eventOf: (fields: z.output<S>) => HookEvent,
): ReadEvent {
  const parsed = parseBounded(schema, payload);
  return parsed.ok ? { ok: true, event: eventOf(parsed.data) } : { ok: false, problems: parsed.problems };
}

export function other(says: string): HookEvent {
  return { kind: 'other', says };
}
