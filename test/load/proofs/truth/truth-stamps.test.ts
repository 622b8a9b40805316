import { expect, test } from 'vitest';
import { TruthStamps } from './truth-stamps.ts';

test('a request may have lain unread since before the server last asked in vain', () => {
  const stamps = new TruthStamps();
  stamps.begin(0);
  stamps.asks(1);
  // Nothing had come; on the way back from the kernel it loses its core until 9, where it asks again.
  stamps.asks(9);
  stamps.read(1, 9.5);
  expect([...stamps.record().unread_ms]).toEqual([8.5]);
});
