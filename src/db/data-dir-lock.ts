/** Why the data folder cannot be used: one line that ends in the remedy. */
export class DataDirError extends Error {
  readonly code: 'data-dir-in-use' | 'data-dir-not-writable';
  constructor(code: DataDirError['code'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'DataDirError';
    this.code = code;
  }
}
