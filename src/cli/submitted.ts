/** What `POST /v1/experiments` answers, as far as the commands read it. */
export interface Submitted {
  readonly id: string;
  readonly status: string;
  readonly warnings: readonly { readonly code: string; readonly detail: string }[];
  readonly matrix: { readonly cells: number; readonly trials: number; readonly estimated_s: number };
}
