import { createRequire } from 'node:module';

/** llhttp as it lies in the undici package, compiled to WebAssembly: the functions of its C interface that are needed here. */
export interface Llhttp {
  readonly memory: WebAssembly.Memory;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_execute(parser: number, data: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_should_keep_alive(parser: number): number;
  malloc(bytes: number): number;
  free(address: number): void;
}

/** What llhttp calls: `parser` is an address, `at` one in its memory. What is returned goes back into llhttp. */
export interface LlhttpEvents {
  messageBegin(): number;
  headersComplete(status: number, isUpgrade: boolean, shouldKeepAlive: boolean): number;
  body(at: number, length: number): number;
  messageComplete(): number;
}

/** `TYPE.RESPONSE`, `ERROR.OK` and `ERROR.PAUSED` of llhttp's constants. */
export const RESPONSE = 2;
export const OK = 0;
export const PAUSED = 21;

/** The module with its callbacks, as undici's `lib/dispatcher/client-h1.js` makes it, with no leniency switched on. */
export function loadLlhttp(events: LlhttpEvents): Llhttp {
  const file = createRequire(import.meta.url)('undici/lib/llhttp/llhttp_simd-wasm.js') as Uint8Array<ArrayBuffer>;
  const nothing = (): number => OK;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(file), {
    env: {
      wasm_on_url: nothing,
      wasm_on_status: nothing,
      wasm_on_header_field: nothing,
      wasm_on_header_value: nothing,
      wasm_on_message_begin: () => events.messageBegin(),
      wasm_on_headers_complete: (_: number, status: number, upgrade: number, keepAlive: number) =>
        events.headersComplete(status, upgrade === 1, keepAlive === 1),
      wasm_on_body: (_: number, at: number, length: number) => events.body(at, length),
      wasm_on_message_complete: () => events.messageComplete(),
    },
  });
  return instance.exports as unknown as Llhttp;
}
