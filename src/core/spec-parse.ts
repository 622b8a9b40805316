import type { z } from 'zod';
import type { InputProblem } from './errors.ts';
import type { PartialSpec, SpecContext, SpecWarning } from './spec-context.ts';
import { pointerOf, problemsOf, shown, suggestion } from './spec-problems.ts';
import { crossProblems } from './spec-rules.ts';
import { deploymentSchema, knownKeysAt, loadFamilySchema, SPEC_KEYS, type SpecInput } from './spec-schema.ts';

export type { SpecContext, SpecWarning } from './spec-context.ts';

export type ParsedSpec =
  | { readonly ok: true; readonly spec: SpecInput; readonly warnings: readonly SpecWarning[] }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

const KNOWN_KEYS = Object.keys(SPEC_KEYS);

/** The entries of a list of which some have problems: the others can still be checked, each at its place. */
function readableEntries<T>(schema: z.ZodType<T>, list: unknown): (T | undefined)[] | undefined {
  return Array.isArray(list) ? list.map((entry) => schema.safeParse(entry).data) : undefined;
}

/**
 * Parses a spec from decoded JSON or YAML. All problems come at once, because each key is parsed on its own and the rules
 * between keys run on those that could be read: a wrong `workers` does not hide an unknown target.
 */
export function parseSpec(input: unknown, context: SpecContext): ParsedSpec {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    return {
      ok: false,
      problems: [{ pointer: '', detail: `expected an object with the keys of a spec, got ${shown(input)}` }],
    };
  }
  const raw = input as Record<string, unknown>;
  const problems: InputProblem[] = Object.keys(raw)
    .filter((key) => !Object.hasOwn(SPEC_KEYS, key))
    .map((key) => ({ pointer: pointerOf([key]), detail: `unknown key \`${key}\`${suggestion(key, KNOWN_KEYS)}` }));

  const parsed: PartialSpec & Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(SPEC_KEYS)) {
    const result = schema.safeParse(raw[key]);
    if (result.success) parsed[key] = result.data;
    else if (raw[key] === undefined)
      problems.push({ pointer: pointerOf([key]), detail: `required key \`${key}\` is missing` });
    else problems.push(...problemsOf(result.error, raw[key], [key], knownKeysAt));
  }
  parsed.deployments ??= readableEntries(deploymentSchema, raw['deployments']);
  parsed.load ??= readableEntries(loadFamilySchema, raw['load']);
  const { problems: crossed, warnings, spec } = crossProblems(parsed, context);
  problems.push(...crossed);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, spec: spec as SpecInput, warnings };
}
