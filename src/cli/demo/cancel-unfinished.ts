import { experimentPath } from '../experiment.ts';
import type { ServiceClient } from '../service-client.ts';
import type { Terminal } from '../terminal.ts';

/**
 * A demo that was killed could not cancel its experiment, and the next one's runner would go on with it before its own. The
 * service is the demo's own, so nobody else waits for these.
 */
export async function cancelUnfinished(client: ServiceClient, terminal: Terminal): Promise<void> {
  for (const status of ['queued', 'running']) {
    const { experiments } = await client.getJson<{ experiments: { id: string }[] }>(`/v1/experiments?status=${status}`);
    for (const { id } of experiments) {
      await client.postJson(experimentPath(id, '/cancel'));
      terminal.note(`note: canceled ${id}, which an earlier demo left unfinished`);
    }
  }
}
