import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import type { InputProblem } from './errors.ts';
import { problemsOf } from './spec-problems.ts';
import { slug } from './spec-name.ts';
import { requestLine } from './target.ts';

/** `contract.yaml`: what every target answers. Its own comment says what the keys mean. */

const jsonPath = z.string().regex(/^\$(?:\.\w+|\[\d+\])*$/, 'a path like $.id, $[0] or $.length');

const expectSchema = z.strictObject({
  status: z.int().min(100).max(599),
  json: z.json().optional(),
  at: z.record(jsonPath, z.json()).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  empty: z.literal(true).optional(),
});
export type Expectation = z.output<typeof expectSchema>;

const contractRequestSchema = z
  .strictObject({
    request: requestLine,
    json: z.json().optional(),
    body: z.string().optional(),
    save: z.record(z.string(), jsonPath).optional(),
    expect: expectSchema,
  })
  .refine((step) => step.json === undefined || step.body === undefined, 'expected json or body, got both');
export type ContractRequest = z.output<typeof contractRequestSchema>;

const workloadSchema = z.strictObject({ about: z.string(), request: requestLine, status: z.int() });
export type Workload = z.output<typeof workloadSchema>;

export const contractSchema = z.strictObject({
  version: z.literal(1),
  requests: z.array(contractRequestSchema).min(1).max(500),
  reset: z.strictObject({ request: requestLine, expect: expectSchema }).optional(),
  after_reset: z.array(contractRequestSchema).max(100).default([]),
  workloads: z.record(slug, workloadSchema),
});
export type Contract = z.output<typeof contractSchema>;

export type ParsedContract =
  | { readonly ok: true; readonly contract: Contract }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Parses a contract from decoded YAML, with all its problems at once. */
export function parseContract(input: unknown): ParsedContract {
  const parsed = contractSchema.safeParse(input);
  return parsed.success
    ? { ok: true, contract: parsed.data }
    : { ok: false, problems: problemsOf(parsed.error, input, [], Object.keys(contractSchema.shape)) };
}

/** Everything to send before a trial, in order: the requests, the reset, and what shows that it did. */
export function contractSteps(contract: Contract): ContractRequest[] {
  return [...contract.requests, ...(contract.reset ? [contract.reset] : []), ...contract.after_reset];
}

/**
 * The body that a workload's answers must have, as canonical JSON: known where the contract gives the whole answer of
 * the same request without placeholders; otherwise null.
 */
export function workloadBody(contract: Contract, workload: Workload): string | null {
  const whole = contract.requests.find((step) => step.request === workload.request && step.expect.json !== undefined);
  if (whole === undefined) return null;
  const text = canonicalJson(whole.expect.json);
  return /"<(?:integer|timestamp|any)>"|\{\{\w+\}\}/.test(text) ? null : text;
}
