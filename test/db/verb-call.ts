export interface Call {
  readonly call: Promise<unknown>;
  readonly answers: unknown;
}
