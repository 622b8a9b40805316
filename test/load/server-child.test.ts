import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { startServerChild } from '../../src/load/server-child.ts';

describe('a server of the engine as a process', () => {
  it.each(['null-server-main', 'busy-server-main'])(
    '%s answers with JSON, and is gone when it was stopped',
    async (script) => {
      let pid = 0;
      const server = await startServerChild(script, undefined, (started) => (pid = started));
      const answer = await request(`http://127.0.0.1:${server.port}/`);
      expect(answer.statusCode).toBe(200);
      expect(await answer.body.json()).toMatchObject({ message: 'Hello' });
      await server.stop();
      await server.stop();
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
  );

  it('says which one did not start', async () => {
    await expect(startServerChild('no-such-main', undefined)).rejects.toThrow('no-such-main did not start');
  });
});
