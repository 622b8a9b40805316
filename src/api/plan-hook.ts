import { AppError } from '../core/errors.ts';
import { foreignText } from '../core/foreign-text.ts';
import { type HookChange, originOf } from '../core/hook/hook-change.ts';
import { fillTemplate } from '../core/hook/template.ts';
import type { HookPlan } from '../db/hook-receive.ts';
import type { HookRow } from '../db/hooks.ts';
import type { NewExperiment } from '../db/experiments.ts';
import type { Deps } from './deps.ts';
import { invalidSpec, newExperiment, planExperiment } from './plan-experiment.ts';

/** As much of why nothing can be started as a list of deliveries shows. */
const MAX_SAYS = 500;

/** The experiment that a hook's template makes of a change. Throws invalid-spec. `queued`: more data of its first event. */
export async function experimentOf(
  deps: Deps,
  hook: HookRow,
  change: HookChange,
  queued: Record<string, unknown>,
): Promise<NewExperiment> {
  const filled = fillTemplate(hook.template, change);
  if (!filled.ok) throw invalidSpec(filled.problems);
  const planned = await planExperiment(deps, hook.project_id, filled.input);
  return newExperiment(deps, planned, {
    project_id: hook.project_id,
    original: { text: JSON.stringify(filled.input), media_type: 'application/json' },
    queued: { hook_id: hook.id, ...queued },
    origin: originOf(hook, change),
  });
}

/** The same, or one line that says why there is none. */
export async function planHook(
  deps: Deps,
  hook: HookRow,
  change: HookChange,
  queued: Record<string, unknown>,
): Promise<HookPlan> {
  try {
    return { ok: true, created: await experimentOf(deps, hook, change, queued) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid-spec') throw error;
    return { ok: false, says: foreignText(`the template makes no valid spec: ${error.message}`, MAX_SAYS) };
  }
}
