import { request } from 'undici';
import { gunzip, takesGzip } from '../../src/api/gzip.ts';

export interface WorkerRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string | Uint8Array;
}

/** As `app.request` answers: nothing is unpacked, followed or added, and the address is the one that it has there. */
export async function sendToWorker(
  url: string,
  path: string,
  { method, headers, body }: WorkerRequest,
): Promise<Response> {
  const sent = await request(url + path, {
    method: method as 'GET',
    headers: { ...Object.fromEntries(headers), host: 'localhost' },
    body: body ?? null,
  });
  let bytes = await sent.body.bytes();
  const answered = new Headers();
  for (const [name, value] of Object.entries(sent.headers)) {
    for (const each of [value ?? []].flat()) answered.append(name, each);
  }
  // As Cloudflare does on its way out: to the Worker every client takes gzip.
  if (
    bytes.length > 0 &&
    answered.get('Content-Encoding') === 'gzip' &&
    !takesGzip(headers.get('Accept-Encoding') ?? undefined)
  ) {
    bytes = await gunzip(bytes);
    answered.delete('Content-Encoding');
  }
  const hasBody = method !== 'HEAD' && ![204, 304].includes(sent.statusCode);
  return new Response(hasBody ? new Uint8Array(bytes) : null, { status: sent.statusCode, headers: answered });
}
