import { expect, test } from 'vitest';
import { servicesMs } from './paused-queue.ts';

const stamps = {
  planned: [0, 10, 12, 30],
  // The second finds a server that was not given its core from 1004 to 1013; the third waits for the second; the fourth for nobody.
  read_ms: [1000, 1013, 1017.5, 1030.5],
  unread_ms: [0.01, 9, 13, 0.01],
  written_ms: [1004, 1017, 1021.5, 1034.5],
};

test('a pause of an idle server counts for the request that came in it, from its planned time', () => {
  expect([...servicesMs(stamps)]).toEqual([4, 7, 4.5, 4]);
});

test('a request that came late is no pause of the server', () => {
  expect(servicesMs({ ...stamps, unread_ms: [0.01, 0.01, 13, 0.01] })[1]).toBe(4);
});
