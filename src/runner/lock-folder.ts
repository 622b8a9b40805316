/**
 * Makes a folder and takes the lock of that name in it, or says at once why not. A lock of a process that is gone is taken
 * over. Given to the runner from outside: the service locks its own folder with the same code, which the runner's layer
 * cannot import.
 */
export type LockFolder = (folder: string, name: string) => LockAttempt;

/** `in-use`: by a living process; its pid is null when the lock went from hand to hand meanwhile. `code` is the file system's. */
export type LockAttempt =
  | { readonly state: 'taken'; readonly release: () => void }
  | { readonly state: 'in-use'; readonly pid: number | null }
  | { readonly state: 'not-writable'; readonly code: string; readonly cause: unknown };
