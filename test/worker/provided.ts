/** What the tier's global set-up hands to its test files: a Worker in workerd, and the database behind it. */
export interface ProvidedWorker {
  readonly url: string;
  /** Past the Worker: straight to its database. */
  readonly database_url: string;
  /** Of its processes. */
  readonly group: number;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Absent: what tests of the API send stays in their process. */
    readonly worker?: ProvidedWorker;
  }
}
