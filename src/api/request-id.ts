import type { Deps } from './deps.ts';

/** A client's own request id is kept when it cannot break a log or a header. */
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The id that a request is known by: the one that was sent, or a new one when that is missing or odd. */
export function requestId({ uuid }: Pick<Deps, 'uuid'>, sent?: string): string {
  return sent !== undefined && REQUEST_ID.test(sent) ? sent : `req_${uuid().replaceAll('-', '')}`;
}
