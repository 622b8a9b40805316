/** What a webhook can be told of. */
export const OUTBOUND_EVENTS = [
  'experiment.queued',
  'experiment.started',
  'experiment.succeeded',
  'experiment.failed',
  'experiment.canceled',
  'experiment.verdict.passed',
  'experiment.verdict.failed',
  'experiment.verdict.inconclusive',
  'runner.online',
  'runner.offline',
  'webhook.test',
] as const;
export type OutboundEvent = (typeof OUTBOUND_EVENTS)[number];
