import type { ExperimentState } from '../../core/job.ts';
import { experimentPath, getExperiment } from '../experiment.ts';
import type { SpecFile } from '../spec-file.ts';
import type { Submitted } from '../submitted.ts';
import type { Terminal } from '../terminal.ts';
import { liveProgress } from './live-progress.ts';
import { aborted, type Held } from './own-service.ts';

export interface LiveExperiment extends Held {
  readonly spec: SpecFile;
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

/** Submits a spec to the command's own service, and says where it can be watched. */
export async function submitLive({ client, spec, terminal }: LiveExperiment): Promise<Submitted> {
  const answer = await client.send('POST', '/v1/experiments', { text: spec.body, mediaType: spec.mediaType });
  const submitted = JSON.parse(answer.text) as Submitted;
  for (const warning of submitted.warnings) terminal.note(`note: ${warning.detail}`);
  const shared = await client.postJson<{ url: string }>(experimentPath(submitted.id, '/share'));
  terminal.note(`live page: ${new URL(shared.url, client.url).href}`);
  return submitted;
}

/** Follows the runner's events to the end of the experiment; on an interrupt cancels it and waits until the runner has let go. */
export async function followLive(
  { client, runner, terminal, interrupted }: LiveExperiment,
  submitted: Submitted,
): Promise<ExperimentState> {
  const progress = liveProgress(terminal, submitted.matrix);
  runner.listen(submitted.id, (event) => progress.onEvent(event));
  try {
    await Promise.race([runner.jobEnded(submitted.id), aborted(interrupted)]);
    if (interrupted.aborted) await client.postJson(experimentPath(submitted.id, '/cancel'));
    await runner.stop();
  } finally {
    progress.stop();
  }
  return (await getExperiment(client, submitted.id)).status;
}
