/** Bounds of a spec. They are part of the schema and named in the errors. */

/** A page of more cells can no longer be read, and its pairs grow with the square. */
export const MAX_CELLS = 512;
/** Keeps an experiment's results below a few hundred MiB and its page computable on a Worker. */
export const MAX_TRIALS = 5_000;
/** One day: a host that is measured for longer is no longer the same host. */
export const MAX_TIMEOUT_MINUTES = 1_440;
/** One local address has about 28,000 ephemeral ports per destination; several addresses reach this. */
export const MAX_USERS = 100_000;
/** Connections without think time keep one request in flight each; more only queue. */
export const MAX_CONNECTIONS = 10_000;
export const MAX_WORKERS = 256;
export const MAX_REPETITIONS = 100;
export const MAX_DEPLOYMENTS = 32;
export const MAX_LEVELS = 32;
export const MAX_FAMILIES = 8;
/** Of an experiment or a runner: what is found by them is named by a handful. */
export const MAX_LABELS = 64;
/** Of a name or a label, in characters: one line of a page or a terminal. */
export const MAX_LINE = 200;
/** A week: waiting longer for a runner means that nobody looks any more. */
export const MAX_QUEUE_TIMEOUT_MINUTES = 10_080;
/** What a trial costs outside ramp, warm-up and window: start, readiness, contract, stop (seconds, Python at one worker). */
export const TRIAL_OVERHEAD_S = 3;
/** The one-user probe that gives R₁ of the bottleneck rule, once per deployment and worker count (seconds). */
export const PROBE_S = 3;
/** The engine's floor against its null server, once per load level (seconds). */
export const FLOOR_S = 2;
