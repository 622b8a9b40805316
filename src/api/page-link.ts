import type { ToldExperiment } from '../db/outbox-told.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import { linksOf } from './experiment-view.ts';
import { makeShareToken } from './share-token.ts';

/**
 * Where the page of an experiment is, for whoever reads the code host: the link that needs no key, where somebody has shared it; else the
 * API's own, which asks for one. Telling a pull request never shares an experiment by itself: whoever may read the one may not the other.
 * Null: the service does not know its own address (`serve --base-url`).
 */
export async function pageLink(
  { config, secrets }: Pick<OutboxDeps, 'config' | 'secrets'>,
  { id, share_version }: Pick<ToldExperiment, 'id' | 'share_version'>,
): Promise<string | null> {
  if (config.base_url === null) return null;
  if (share_version === null) return config.base_url + linksOf(id).report;
  return `${config.base_url}/r/${await makeShareToken(await secrets.shareLinks(), { id, share_version })}`;
}
