import type { ServiceProblem } from './service-problem.ts';

/**
 * What a problem means for the runner:
 * `abandon` the job is another's or gone · `conflict` the service has this trial already, with other bytes ·
 * `missing` trials of the job are not there · `bug` what was sent is wrong and will stay so · `resend` it was damaged on
 * the way · `reopen` the session is not known any more · `busy` another claim of ours lives · `stop` the runner may not go on ·
 * `retry` later.
 */
export type Reaction = 'abandon' | 'conflict' | 'missing' | 'bug' | 'resend' | 'reopen' | 'busy' | 'stop' | 'retry';

/** By code: statuses are shared by things that need different answers. */
const BY_CODE: Readonly<Record<string, Reaction>> = {
  'lease-lost': 'abandon',
  'job-gone': 'abandon',
  'result-conflict': 'conflict',
  'trials-missing': 'missing',
  'digest-mismatch': 'resend',
  'runner-busy': 'busy',
  'not-found': 'reopen',
  'session-superseded': 'stop',
  'runner-outdated': 'stop',
  unauthorized: 'stop',
  forbidden: 'stop',
  'malformed-body': 'bug',
  'invalid-request': 'bug',
  'body-too-large': 'bug',
  'unsupported-media-type': 'bug',
};

/** Without a known code, as proxies answer. What is in neither list is tried again: it may be a service that restarts. */
const BY_STATUS: Readonly<Record<number, Reaction>> = {
  400: 'bug',
  401: 'stop',
  403: 'stop',
  413: 'bug',
  415: 'bug',
  422: 'bug',
  426: 'stop',
};

export function reactionTo(problem: ServiceProblem): Reaction {
  return BY_CODE[problem.code ?? ''] ?? BY_STATUS[problem.status ?? 0] ?? 'retry';
}
