import type { z } from 'zod';
import { parseBounded } from './bounded-parse.ts';
import type { InputProblem } from './errors.ts';
import { MAX_THRESHOLDS, thresholdSchema } from './gate/threshold.ts';
import { MAX_DEPLOYMENTS, MAX_FAMILIES } from './limits.ts';
import type { PartialSpec, SpecContext, SpecWarning } from './spec-context.ts';
import { MAX_PROBLEMS, pointerOf, shown, unknownKeys } from './spec-problems.ts';
import { crossProblems } from './spec-rules.ts';
import { loadFamilySchema } from './spec-load-schema.ts';
import { deploymentSchema, knownKeysAt, SPEC_KEYS, type SpecInput } from './spec-schema.ts';

export type { SpecContext, SpecWarning } from './spec-context.ts';

export type ParsedSpec =
  | { readonly ok: true; readonly spec: SpecInput; readonly warnings: readonly SpecWarning[] }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

const KNOWN_KEYS = Object.keys(SPEC_KEYS);

/** The entries of a list of which some have problems: the others can still be checked, each at its place. As far as a list may go. */
function readableEntries<T>(schema: z.ZodType<T>, list: unknown, most: number): (T | undefined)[] | undefined {
  return Array.isArray(list) ? list.slice(0, most).map((entry) => schema.safeParse(entry).data) : undefined;
}

/**
 * Parses a spec from decoded JSON or YAML. All problems come at once (the first `MAX_PROBLEMS`), because each key is parsed on its own and the rules
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
  const unknown = Object.keys(raw).filter((key) => !Object.hasOwn(SPEC_KEYS, key));
  const problems: InputProblem[] = unknownKeys(unknown.slice(0, MAX_PROBLEMS), [], KNOWN_KEYS);

  const parsed: PartialSpec & Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(SPEC_KEYS)) {
    if (problems.length >= MAX_PROBLEMS) return { ok: false, problems };
    const result = parseBounded<z.ZodType>(schema, raw[key], [key], knownKeysAt);
    if (result.ok) parsed[key] = result.data;
    else if (raw[key] === undefined)
      problems.push({ pointer: pointerOf([key]), detail: `required key \`${key}\` is missing` });
    else problems.push(...result.problems);
  }
  parsed.deployments ??= readableEntries(deploymentSchema, raw['deployments'], MAX_DEPLOYMENTS);
  parsed.load ??= readableEntries(loadFamilySchema, raw['load'], MAX_FAMILIES);
  parsed.thresholds ??= readableEntries(thresholdSchema, raw['thresholds'], MAX_THRESHOLDS);
  const { problems: crossed, warnings, spec } = crossProblems(parsed, context);
  problems.push(...crossed);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, spec: spec as SpecInput, warnings };
}
