/** Lets many long polls wait for changes of experiments at the price of one query for all of them. */
export interface ExperimentWatch {
  /** Resolves when the experiment has another version than `version` (true), or after `ms`, on abort, or when the watch is closed (false). */
  wait(id: string, version: number, ms: number, signal?: AbortSignal): Promise<boolean>;
  /** Every wait ends at once, now and from now on. */
  close(): Promise<void>;
}
