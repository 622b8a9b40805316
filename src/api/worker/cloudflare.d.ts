/** The part of workerd's sockets that is used (developers.cloudflare.com/workers/runtime-apis/tcp-sockets). */
declare module 'cloudflare:sockets' {
  export interface Socket {
    readonly readable: ReadableStream<Uint8Array>;
    readonly writable: WritableStream<Uint8Array>;
    /** Rejects when there is no connection. */
    readonly opened: Promise<unknown>;
    readonly closed: Promise<void>;
    close(): Promise<void>;
  }
  export function connect(address: { readonly hostname: string; readonly port: number }): Socket;
}
