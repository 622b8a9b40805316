import type { ErrorCode } from '../core/errors.ts';

interface CatalogueEntry {
  readonly status: number;
  readonly title: string;
  /** For `/docs/errors/{code}`: when it comes, and what to do. */
  readonly explains: string;
}

/** The one mapping from code to HTTP status. */
export const ERROR_CATALOGUE: Readonly<Record<ErrorCode, CatalogueEntry>> = {
  'malformed-request': {
    status: 400,
    title: 'The request cannot be read',
    explains: 'What came is not HTTP/1.1: the request line, a header or the address is malformed. Nothing was done.',
  },
  'malformed-body': {
    status: 400,
    title: 'The body cannot be read',
    explains:
      'The body is not UTF-8, not one JSON or YAML document, has duplicate keys, aliases, tags or NUL characters, or is nested deeper than 32 levels. `detail` says where.',
  },
  'invalid-spec': {
    status: 422,
    title: 'The spec has problems',
    explains:
      'The body is valid JSON or YAML but not a valid spec. `errors` lists every problem with a JSON pointer: mend them all and send it again. Nothing was stored.',
  },
  'invalid-request': {
    status: 422,
    title: 'The request has problems',
    explains: 'A query parameter or a field of the body is missing, unknown or out of bounds. `errors` lists each.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid key is needed',
    explains:
      'Send `Authorization: Bearer bw_…`. The key is missing, mistyped (its checksum does not fit), unknown, expired or revoked. Of an event that a code host sends: there is no such hook, or the signature is not made with its secret, over these very bytes, within 5 minutes where it has a time.',
  },
  forbidden: {
    status: 403,
    title: 'The key lacks the scope',
    explains:
      'The key is valid but must not do this. `detail` names the scope that is needed. Of a form of the console: no page of this session sent it.',
  },
  'not-found': {
    status: 404,
    title: 'Nothing is here',
    explains: 'No such thing, or it belongs to another project: the two are not told apart.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    explains: 'The path exists but not with this method. The `Allow` header lists those it has.',
  },
  'not-acceptable': {
    status: 406,
    title: 'The wanted form does not exist',
    explains: 'No media type in `Accept` can be made here. Results come as application/json and text/csv.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    explains: 'Specs may have 256 KiB, trial results and events of code hosts 8 MiB. `detail` names the bound.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has a type that is not read here',
    explains:
      'Send `Content-Type: application/json` or, for specs, `application/yaml`, in UTF-8 and without Content-Encoding.',
  },
  'experiment-not-ended': {
    status: 409,
    title: 'The experiment has not ended',
    explains:
      'Final results exist when it has ended: ask again later, or ask for `?partial=true`. To delete it, cancel it first.',
  },
  'experiment-pinned': {
    status: 409,
    title: 'The experiment is a baseline',
    explains:
      'It is the pinned baseline of its series, which later experiments are compared with. Pin another one or none (`PUT` or `DELETE /v1/series/{name}/baseline`), then delete it.',
  },
  'runner-busy': {
    status: 409,
    title: 'The runner already holds a job',
    explains: '`job_id` names it. A runner holds one job: resume it with its claim_key, finish or release it.',
  },
  'runner-outdated': {
    status: 426,
    title: 'The runner is too old',
    explains: 'This service speaks a newer runner protocol. Update the runner.',
  },
  'session-superseded': {
    status: 409,
    title: 'A newer session of this runner exists',
    explains: 'The same runner registered again. The older process must stop.',
  },
  'lease-lost': {
    status: 409,
    title: 'The lease is lost',
    explains: 'The job was given to another attempt. Stop the work on it; nothing more is taken under this lease.',
  },
  'job-gone': {
    status: 410,
    title: 'The job is gone',
    explains: 'The job has ended or was deleted. Stop the work on it.',
  },
  'result-conflict': {
    status: 409,
    title: 'Another result is already stored for this trial',
    explains: 'Results are written once. The stored one stays.',
  },
  'digest-mismatch': {
    status: 400,
    title: 'The body does not match its digest',
    explains: 'The SHA-256 in `Repr-Digest` is missing, unreadable or differs from that of the body. Send it again.',
  },
  'trials-missing': {
    status: 409,
    title: 'Trials are missing',
    explains: 'The job cannot have succeeded: `missing` lists the trials that were never stored.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The idempotency key belongs to another request',
    explains:
      'This `Idempotency-Key` was used in the last 24 hours with another body. Use a fresh key for a new request; repeat the old one byte for byte.',
  },
  'idempotency-in-flight': {
    status: 409,
    title: 'The same request is being worked on',
    explains: 'A request with this `Idempotency-Key` has not been answered yet. Ask again after `Retry-After`.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    explains:
      'This key, or without one this address, sends more requests than the service takes: `RateLimit-Policy` says how many. Wait for `Retry-After` seconds.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'The project has as many as it may have',
    explains:
      'The project has as many queued experiments, runners, keys, hooks or webhooks as it may have; `detail` says which. Wait for an experiment to start or cancel one, delete a runner, a hook or a webhook, or ask the operator for a larger quota.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request came too slowly',
    explains: 'The headers or the body were not sent whole within the time that the service waits. Send it again.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    explains: 'Request line and headers may have 16 KiB together.',
  },
  'name-taken': {
    status: 409,
    title: 'The name is taken',
    explains: 'Another one has this name. Choose another.',
  },
  'project-not-empty': {
    status: 409,
    title: 'The project is not empty',
    explains: 'It still has experiments or runners. Delete them first.',
  },
  'not-waiting': {
    status: 409,
    title: 'Nothing waits for approval here',
    explains:
      'A newer commit took the place of this one, the pull request was closed, or it never had to wait: `detail` says which. Approve the delivery of the newest commit.',
  },
  'webhook-disabled': {
    status: 409,
    title: 'The webhook is disabled',
    explains:
      'It is told nothing, because its owner has disabled it or because it has answered 410: `disabled_reason` says which. Enable it with PATCH and `disabled: false`, then send again.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    explains: 'It is logged under the `request_id`. Trying again is safe for GET, PUT and DELETE.',
  },
  'database-unavailable': {
    status: 503,
    title: 'The database cannot be reached',
    explains: 'The service is up but its database is not. It recovers by itself: try again after `Retry-After`.',
  },
};
