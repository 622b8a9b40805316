import { crc32 } from 'node:zlib';
import { always, getRoot, loadPlanSchema } from '../../../src/core/load-plan.ts';
import { AnswerReader } from '../../../src/load/answer-reader.ts';
import { failedAs, OK, type Outcome as Judged } from '../../../src/load/ledger.ts';
import { Script } from '../../../src/load/script.ts';
import { type OurOutcome, READ_BUFFER_BYTES } from './our-side.ts';
import type { ParserCase } from './parser-case.ts';

const PROTOCOL = failedAs('protocol');
const SLOT = 0;
const STEP = 0;

/** Every other status is a good one, so that what the reader says tells statuses apart. */
const ACCEPTED = Array.from({ length: 400 }, (_, i) => 201 + 2 * i);

/** What the engine's reader of answers said of one: `read` an answer, good or not; else as in `Ending`. */
export interface ReaderSeen {
  readonly state: 'read' | 'waiting' | 'ended';
  /** Bytes of the case that had come when it said so. */
  readonly came: number;
  readonly outcome: Judged;
  readonly complete: boolean;
  readonly keepAlive: boolean;
  readonly bodyBytes: number;
  /** CRC-32 of the body; null: there was none to look at. */
  readonly digest: number | null;
}

/** Reads answers as the driver has them read: the template of the last answer where it fits, else a slot's parser. */
export class ReaderSide {
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  readonly #reader: AnswerReader;

  constructor() {
    // A value is carried on: so that every body is looked at.
    const request = { ...getRoot(null), save: { all: '$' }, expect: { statuses: ACCEPTED, json: null } };
    const plan = loadPlanSchema.parse({
      host: '127.0.0.1',
      port: 80,
      workload: always(request),
      model: { kind: 'connections', connections: 1 },
      warmup_s: 0,
      window_s: 1,
      timeout_s: 1,
      seed: 1,
    });
    this.#reader = new AnswerReader(1, new Script(plan).steps, this.#buffer);
  }

  /** `made`: of one request, a GET. */
  read({ cuts, ends }: ParserCase, bytes: Uint8Array): ReaderSeen {
    const reader = this.#reader;
    reader.forget(SLOT);
    let from = 0;
    for (let i = 0; i <= cuts.length; i += 1) {
      const stop = cuts[i] ?? bytes.length;
      while (from < stop) {
        const to = Math.min(stop, from + READ_BUFFER_BYTES);
        this.#buffer.set(bytes.subarray(from, to));
        if (reader.read(SLOT, STEP, to - from)) return this.#seen('read', to);
        from = to;
      }
    }
    if (!ends) return this.#seen('waiting', from);
    if (!reader.hasBegun(SLOT)) return this.#seen('ended', from);
    reader.end(SLOT, STEP);
    return this.#seen('read', from);
  }

  #seen(state: ReaderSeen['state'], came: number): ReaderSeen {
    const { outcome, complete, keepAlive, bodyBytes, body } = this.#reader;
    return { state, came, outcome, complete, keepAlive, bodyBytes, digest: body === null ? null : crc32(body) };
  }
}

/** What the reader must say, from what the parser alone said of the same bytes. */
export function readerAgrees(seen: ReaderSeen, { answers, ending, starts }: OurOutcome): boolean {
  const answer = answers[0];
  if (answer === undefined) return ending === 'failed' ? isProtocolFailure(seen) : seen.state === ending;
  // What follows an answer in the same read makes it worthless: it belongs to no request.
  if (seen.came > (starts[1] ?? 0)) return isProtocolFailure(seen);
  const { complete, keepAlive, bodyBytes, digest } = seen;
  const isSame = keepAlive === answer.reuse && bodyBytes === answer.bodyBytes && digest === answer.digest;
  return seen.state === 'read' && complete && isSame && seen.outcome === judged(answer.status);
}

function isProtocolFailure({ state, outcome, complete, keepAlive }: ReaderSeen): boolean {
  return state === 'read' && outcome === PROTOCOL && !complete && !keepAlive;
}

function judged(status: number): Judged {
  if (status % 2 === 1) return OK;
  if (status >= 400 && status < 500) return failedAs('http_4xx');
  return failedAs(status >= 500 && status < 600 ? 'http_5xx' : 'contract');
}
