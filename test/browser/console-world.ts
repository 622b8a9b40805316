import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveNode } from '../../src/api/node.ts';
import type { Project, Sent } from '../api/service.ts';

const silent = { info() {}, warn() {}, error() {} };

/** A real service on a port of its own, and its first project, which the operator's key asks. */
export async function startWorld() {
  const dataDir = await mkdtemp(join(tmpdir(), 'benchwright-console-'));
  const service = await serveNode({
    port: 0,
    host: '127.0.0.1',
    dataDir,
    version: '0.1.0',
    log: silent,
    allowInsecureWebhooks: true,
    requestsPerMinute: 0,
  });
  const key = service.firstKey ?? '';
  const send = (method: string, path: string, { json, text, headers }: Sent = {}): Promise<Response> => {
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    return fetch(service.url + path, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: body as string }),
    });
  };
  return {
    url: service.url,
    key,
    project: { key, send } as Project,
    close: async () => {
      await service.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
