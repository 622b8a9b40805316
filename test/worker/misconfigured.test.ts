import { expect, it } from 'vitest';
import { misconfigured } from '../../src/api/worker/misconfigured.ts';
import { consoleLog } from '../../src/api/worker/console-log.ts';

it('A Worker that cannot start answers a problem, and logs why without the path, which may hold a share token', async () => {
  const lines: string[] = [];
  const log = consoleLog('warn', (line) => void lines.push(line));
  const response = misconfigured(new Request('https://service.test/r/exp_0.1.token'), new Error('no secret'), log);
  expect(response.status).toBe(500);
  const { request_id } = (await response.json()) as { request_id: string };
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('no secret');
  expect(lines[0]).toContain(request_id);
  expect(lines[0]).not.toContain('exp_0.1.token');
});
