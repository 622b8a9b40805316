/** What every part of the bench works with. */
export interface Situation {
  readonly url: string;
  /** The operator's. */
  readonly key: string;
  /** Of many users: each may ask so often in a minute, and the bench asks more often. */
  readonly keys: readonly string[];
  /** The text of `experiments/quick.yaml`. */
  readonly spec: string;
  /** Of the experiment that all others are copies of. */
  readonly template: string;
  /** Experiments that have ended. */
  readonly ended: number;
}
