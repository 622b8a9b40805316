/**
 * A body that is made while it is sent: the next piece when the client has taken the one before, so that what is held in memory
 * is a piece and not the whole. The first piece is made before the answer begins: what fails by then is a problem like any
 * other. What fails later breaks the connection off, so that nobody takes half for the whole; `failed` hears why.
 */
export async function streamedBody(
  pieces: AsyncGenerator<string, void>,
  failed: (error: unknown) => void,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  let first: IteratorResult<string, void> | null = await pieces.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const piece = first ?? (await pieces.next());
          first = null;
          if (piece.done) controller.close();
          else controller.enqueue(encoder.encode(piece.value));
        } catch (error) {
          failed(error);
          // Without the cause, which the server below would print: a statement carries its values.
          controller.error(new Error('an answer was broken off; the log has why'));
        }
      },
      async cancel() {
        await pieces.return();
      },
    },
    // Nothing is made before somebody reads it.
    { highWaterMark: 0 },
  );
}
