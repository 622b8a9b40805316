import type { InputProblem } from '../errors.ts';
import { foreignText } from '../foreign-text.ts';
import { MAX_LINE } from '../limits.ts';
import { parseSpec } from '../spec-parse.ts';
import { shown } from '../spec-problems.ts';
import type { HookChange } from './hook-change.ts';
import { fillPlaceholders, type PlaceholderValues, unknownPlaceholders } from './placeholders.ts';

/** A spec with placeholders in its strings: parsed, not text, so that no value can be anything but a part of a string. */
export type Template = Readonly<Record<string, unknown>>;

export type Filled =
  | { readonly ok: true; readonly input: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/**
 * `base_sha`: where the event does not tell the commit that the pull request is compared with, the branch that it goes to; a target's
 * manifest says whether that may be named.
 */
function valuesOf({ repo, branch, onto, ref, head_sha, base_sha, pull_request }: HookChange): PlaceholderValues {
  return {
    sha: head_sha,
    base_sha: base_sha ?? (pull_request === null ? null : onto),
    ref,
    branch,
    pr: pull_request === null ? null : String(pull_request.number),
    repo,
  };
}

/**
 * Labels `branch` and `commit`, by which experiments are looked for and put into a history, unless the template has them. The name of a
 * branch may be longer than a label: it is no reason not to measure.
 */
function withLabels(tree: Record<string, unknown>, { branch, head_sha }: HookChange): Record<string, unknown> {
  const given = tree['labels'] ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) return tree;
  const labels = { ...(branch === null ? {} : { branch: foreignText(branch, MAX_LINE) }), commit: head_sha, ...given };
  return { ...tree, labels };
}

/** The spec for a change, as anyone would submit it: still to be parsed. */
export function fillTemplate(template: Template, change: HookChange): Filled {
  const { tree, problems } = fillPlaceholders(template, valuesOf(change));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, input: withLabels(tree as Record<string, unknown>, change) };
}

/** A change that has everything, to try a template with. */
const SAMPLE: HookChange = {
  event: 'pull-request',
  repo: 'owner/name',
  branch: 'branch',
  onto: 'main',
  ref: 'refs/heads/branch',
  head_sha: '1'.repeat(40),
  base_sha: '2'.repeat(40),
  pull_request: { number: 1, updated_at: '2026-01-01T00:00:00Z', is_open: true, fork: false },
};

/** What of a template can never become a spec, whatever comes; targets are checked when something does. None: it is one. */
export function templateProblems(template: unknown): readonly InputProblem[] {
  if (typeof template !== 'object' || template === null || Array.isArray(template))
    return [{ pointer: '', detail: `expected an object with the keys of a spec, got ${shown(template)}` }];
  const unknown = unknownPlaceholders(template);
  if (unknown.length > 0) return unknown;
  const filled = fillTemplate(template as Template, SAMPLE);
  if (!filled.ok) return filled.problems;
  const parsed = parseSpec(filled.input, { offers: null });
  return parsed.ok ? [] : parsed.problems;
}
