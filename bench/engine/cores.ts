/** Who gets which core: the server the first ones, generators the last. */
export interface Cores {
  readonly server: readonly number[];
  readonly generator: readonly number[];
}

/** Cores for one generator thread, and the server on another core; null: there are not two. */
export function coresForOne(count: number): Cores | null {
  return count < 2 ? null : { server: [0], generator: [1] };
}

/**
 * Cores for up to two generator threads, and as many for the server, so that it is not what limits two threads; null: there are too
 * few.
 */
export function coresForTwo(count: number): Cores | null {
  return count < 4 ? null : { server: [0, 1], generator: [2, 3] };
}
