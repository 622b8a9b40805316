/** What the service sends by itself: to addresses that its users have named. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** For all of it, the answer's body included. */
  readonly timeout_ms: number;
  /** So much of the answer's body is read; what is more is not waited for. */
  readonly max_answer_bytes: number;
  /** The sender stops. */
  readonly signal?: AbortSignal | undefined;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Null: the answer has no such header. */
  readonly header: (name: string) => string | null;
  /** The beginning of the body, as UTF-8. */
  readonly text: string;
}

/** Sends a request to a public address, follows no redirect. Throws OutboundError when no answer came. */
export type OutboundFetch = (request: OutboundRequest) => Promise<OutboundAnswer>;

/** Why no answer came, in words that its user may read. */
export class OutboundError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'OutboundError';
  }
}

/** The beginning of a body. One that breaks off, or does not come in time, is as long as it is: the status has come, and counts. */
export async function beginningOf(body: AsyncIterable<Uint8Array> | null, max_bytes: number): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    // Leaving the loop ends the stream.
    for await (const chunk of body) {
      const taken = chunk.subarray(0, max_bytes - size);
      chunks.push(taken);
      size += taken.length;
      if (size >= max_bytes) break;
    }
  } catch {
    // What came is what there is.
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return new TextDecoder().decode(bytes);
}

/** What went wrong on the way, without stack and addresses of ours. */
export function outboundError(error: unknown, { timeout_ms }: Pick<OutboundRequest, 'timeout_ms'>): OutboundError {
  const known = [error, (error as Error | undefined)?.cause].find((each) => each instanceof OutboundError);
  if (known !== undefined) return known;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new OutboundError(`no answer within ${timeout_ms / 1000} s`);
  const { code, message } = error as { code?: unknown; message?: unknown };
  const why = typeof code === 'string' ? code : String(message ?? error);
  return new OutboundError(`the connection failed: ${why}`, { cause: error });
}
