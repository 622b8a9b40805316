import type { WorkerContext } from './env.ts';

/** Of workerd: passes bytes on as they are, without JavaScript where source and sink need none. */
declare const IdentityTransformStream: new () => {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
};

/**
 * The same answer; `close` is called when its body has been sent, was broken off, or there is none. The client waits for
 * neither.
 */
export function closedAfter(response: Response, close: () => Promise<void>, context: WorkerContext): Response {
  if (response.body === null) {
    context.waitUntil(close());
    return response;
  }
  const { readable, writable } = new IdentityTransformStream();
  // A failure midway breaks the answer off as well: pipeTo aborts what the client reads from.
  const sent = response.body.pipeTo(writable).catch(() => undefined);
  context.waitUntil(sent.then(close));
  return new Response(readable, response);
}
