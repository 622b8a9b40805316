import { describe, expect, it } from 'vitest';
import { streamedBody } from '../../src/api/streamed-body.ts';

/** Pieces, and how many were made so far; throws in place of piece `breaksAt`. */
function counted(count: number, breaksAt = Number.POSITIVE_INFINITY) {
  const state = { made: 0, ended: false };
  async function* pieces(): AsyncGenerator<string, void> {
    try {
      for (let i = 0; i < count; i += 1) {
        if (i === breaksAt) throw new Error('secret words of a statement');
        state.made += 1;
        yield `${i};`;
      }
    } finally {
      state.ended = true;
    }
  }
  return { state, pieces: pieces() };
}

const never = () => expect.unreachable();

describe('a streamed body', () => {
  it('has every piece, in order', async () => {
    const body = await streamedBody(counted(3).pieces, never);
    expect(await new Response(body).text()).toBe('0;1;2;');
  });

  it('makes a piece only when the one before was taken, but the first at once', async () => {
    const { state, pieces } = counted(1000);
    const body = await streamedBody(pieces, never);
    expect(state.made).toBe(1);
    const reader = body.getReader();
    for (let taken = 1; taken <= 5; taken += 1) {
      await reader.read();
      expect(state.made).toBe(taken);
    }
    await reader.cancel();
    expect(state).toEqual({ made: 5, ended: true });
  });

  it('fails before it begins when its first piece cannot be made', async () => {
    await expect(streamedBody(counted(3, 0).pieces, never)).rejects.toThrow('secret words');
  });

  it('breaks off when a later piece cannot be made; why is said to the log alone', async () => {
    const heard: unknown[] = [];
    const body = await streamedBody(counted(3, 2).pieces, (error) => void heard.push(error));
    const text = new Response(body).text();
    await expect(text).rejects.toThrow('broken off');
    await expect(text).rejects.not.toThrow('secret words');
    expect(String(heard)).toContain('secret words');
  });
});
