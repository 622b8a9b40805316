import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { loadPlanSchema } from '../../src/core/load-plan.ts';
import { AnswerReader } from '../../src/load/answer-reader.ts';
import { Script } from '../../src/load/script.ts';
import { GET_TEST, shortPlan } from './plans.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const READ_BYTES = 64 * 1024;
const MB = 1_000_000;
const SLOTS = 100;

/** Bytes that the process keeps for objects and buffers that are still in use. */
function inUse(): number {
  // The second finishes what the first left to a thread of its own: the memory of buffers.
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A reader whose answers are kept because a value of theirs is saved, and how it is fed. */
function savingReader(): { reader: AnswerReader; take: (slot: number, text: string) => boolean } {
  const request = { ...GET_TEST, save: { id: '$.id' }, expect: { statuses: [200], json: null } };
  const script = new Script(loadPlanSchema.parse(shortPlan(80, { request })));
  const buffer = new Uint8Array(READ_BYTES);
  const reader = new AnswerReader(SLOTS, script.steps, buffer);
  const take = (slot: number, text: string): boolean => {
    let isWhole = false;
    for (let at = 0; at < text.length; at += READ_BYTES) {
      const piece = Buffer.from(text.slice(at, at + READ_BYTES), 'latin1');
      buffer.set(piece);
      isWhole = reader.read(slot, 0, piece.length);
    }
    return isWhole;
  };
  return { reader, take };
}

/** What the reader and the texts of the test itself may take: a thirtieth of the bodies, a fourth of the heads. */
const MOST_BYTES = 3 * MB;

const BODY = `{"id":"${'x'.repeat(MB)}"}`;

describe('between its answers a slot keeps', () => {
  test.each([
    ['no body that was looked at', `HTTP/1.1 200 OK\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`, true],
    ['no part of one that never ended', `HTTP/1.1 200 OK\r\nContent-Length: ${2 * MB}\r\n\r\n${BODY}`, false],
    ['no half of a long head', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(READ_BYTES - 100)}`, false],
  ])('%s', (_, answer, isWhole) => {
    const { reader, take } = savingReader();
    const before = inUse();
    for (let slot = 0; slot < SLOTS; slot += 1) {
      expect(take(slot, answer)).toBe(isWhole);
      if (isWhole) expect(reader.body).toHaveLength(BODY.length);
      reader.forget(slot);
    }
    expect(inUse() - before).toBeLessThan(MOST_BYTES);
    expect(reader.hasBegun(0)).toBe(false);
  });
});

test('a body that comes in single bytes takes no object for each of them', () => {
  const { reader, take } = savingReader();
  const before = inUse();
  expect(take(0, `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(MB / 4)}`)).toBe(false);
  expect(inUse() - before).toBeLessThan(MOST_BYTES);
  expect(take(0, '0\r\n\r\n')).toBe(true);
  expect(reader.body).toHaveLength(MB / 4);
});
