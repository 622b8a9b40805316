import { MAX_OUTPUT_BYTES } from '../core/trial-result.ts';

/** Keeps the last part of an output, however much there is. */
export class OutputTail {
  #chunks: Buffer[] = [];
  #bytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk.length > MAX_OUTPUT_BYTES ? chunk.subarray(-MAX_OUTPUT_BYTES) : chunk);
    this.#bytes += chunk.length;
    // Joined once a second tail's worth has come, so that a flood costs a copy per 64 KiB, not one per chunk.
    if (this.#bytes > 2 * MAX_OUTPUT_BYTES) this.#trim();
  }

  /** As UTF-8, at most 64 KiB of it, characters that are no text left out. */
  text(): string {
    this.#trim();
    const text = Buffer.concat(this.#chunks).toString('utf8');
    // Terminal sequences and control characters, which would act on whoever reads them.
    // oxlint-disable-next-line no-control-regex
    return text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '').slice(-MAX_OUTPUT_BYTES);
  }

  #trim(): void {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all.subarray(-MAX_OUTPUT_BYTES)];
    this.#bytes = Math.min(all.length, MAX_OUTPUT_BYTES);
  }
}
