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
/** How long the load engine rehearses before each run where nothing is said (seconds). */
export const REHEARSAL_S = 1;
/** At most (seconds). */
export const MAX_REHEARSAL_S = 10;
/** What one of `REHEARSAL_S` takes with its pauses (seconds). */
export const REHEARSAL_IN_ALL_S = 1.3;
/** What a trial costs outside ramp, warm-up and window: start, readiness, contract, rehearsal, stop (seconds, Python at one worker). */
export const TRIAL_OVERHEAD_S = 4;
/** The one-user probe that gives R₁ of the bottleneck rule, once per deployment and worker count (seconds). */
export const PROBE_S = 3;
/** The engine's floor against its null server, once per load level (seconds). */
export const FLOOR_S = 3;
/** Ten times what one host answers over its loopback: more is a slip of the hand. */
export const MAX_RATE_RPS = 1_000_000;
/** A curve of the rate in a hundred straight lines; each row of a table that says so is read by nobody. */
export const MAX_STAGES = 100;
/** As long as a window may be: stages together are the window. */
export const MAX_STAGES_S = 3_600;
/** Open models: enough that a rate of some thousands a second finds one free, few enough for every server's backlog (100 or more). */
export const DEFAULT_POOL_CONNECTIONS = 50;
/** Open models: where a thousand requests wait at once, more would only wait in another queue. */
export const DEFAULT_MAX_CONNECTIONS = 1_000;
/** No search goes below it, so none begins there: a server that is asked less than once a second is as good as idle. */
export const MIN_START_RPS = 1;
/** Where a capacity search begins: what every deployment serves. Each doubling towards the true one takes a step. */
export const DEFAULT_START_RPS = 50;
/** Of a capacity limit: one failure in a thousand requests. */
export const DEFAULT_CAPACITY_ERROR_RATE = 0.001;
