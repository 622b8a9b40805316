import type { InputProblem } from './errors.ts';
import type { TargetOffer } from './offer.ts';
import { crossProblems, type PartialSpec } from './spec-rules.ts';
import { pointerOf, problemsOf, shown, suggestion } from './spec-problems.ts';
import { SPEC_KEYS, type SpecInput } from './spec-schema.ts';

export interface SpecContext {
  /** What the runners visible to the project offered lately; null when none ever registered. */
  readonly offers: readonly TargetOffer[] | null;
}

export interface SpecWarning {
  readonly code: 'no-runner-yet' | 'targets-skipped' | 'weak-repetitions';
  readonly detail: string;
}

export type ParsedSpec =
  | { readonly ok: true; readonly spec: SpecInput; readonly warnings: readonly SpecWarning[] }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

const KNOWN_KEYS = Object.keys(SPEC_KEYS);

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

  const parsed: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(SPEC_KEYS)) {
    const result = schema.safeParse(raw[key]);
    if (result.success) parsed[key] = result.data;
    else if (raw[key] === undefined)
      problems.push({ pointer: pointerOf([key]), detail: `required key \`${key}\` is missing` });
    else problems.push(...problemsOf(result.error, raw[key], [key]));
  }
  const { problems: crossed, warnings, spec } = crossProblems(parsed as PartialSpec, context);
  problems.push(...crossed);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, spec: spec as SpecInput, warnings };
}
