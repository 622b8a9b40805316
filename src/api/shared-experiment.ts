import { z } from '@hono/zod-openapi';
import { AppError } from '../core/errors.ts';
import { getShared } from '../db/experiments-share.ts';
import type { ExperimentRow } from '../db/experiments.ts';
import type { Deps } from './deps.ts';
import type { ServiceSecrets } from './service-secrets.ts';
import { readShareToken } from './share-token.ts';

export const shareTokenParam = z.object({ token: z.string().max(100) });

/** The experiment of a link. Throws not-found for what was never signed and for what is no longer shared alike. */
export async function sharedExperiment(
  deps: Pick<Deps, 'db'>,
  secrets: ServiceSecrets,
  token: string,
): Promise<ExperimentRow> {
  const shared = await readShareToken(await secrets.shareLinks(), token);
  const row = shared === null ? null : await getShared(deps.db, shared.id, shared.share_version);
  if (row === null) throw new AppError('not-found', 'this link leads nowhere (any more)');
  return row;
}
