/** Why the service cannot start: one line that ends in the remedy. */
export class StartError extends Error {
  readonly code:
    | 'port-taken'
    | 'port-forbidden'
    | 'secret-key-missing'
    | 'secret-key-invalid'
    | 'secret-key-unknown'
    | 'operator-key-invalid'
    | 'base-url-invalid'
    | 'database-unreachable';

  constructor(code: StartError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'StartError';
    this.code = code;
  }
}
