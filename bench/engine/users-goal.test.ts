import { expect, test } from 'vitest';
import { lagGoal } from './situations/many-users.ts';

test('How late the engine gets to requests of many users is judged on a quiet host alone', () => {
  expect([0.4, 1, null].map((p99) => lagGoal(p99, null).verdict)).toEqual(['met', 'missed', 'missed']);
  const disturbed = ['the hypervisor took 5 %'];
  expect([0.4, 1].map((p99) => lagGoal(p99, disturbed).verdict)).toEqual(['not judged', 'not judged']);
  expect(lagGoal(1.2, disturbed).seen).toBe('1.200 ms; the host was disturbed each time: the hypervisor took 5 %');
});
