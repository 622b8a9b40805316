import { z } from 'zod';
import { boundedRecord } from './bounded-parse.ts';
import type { InputProblem } from './errors.ts';
import { MAX_FEATURES, MAX_SERVERS, type TargetOffer } from './offer.ts';
import { problemsOf, shown, suggestion } from './spec-problems.ts';
import { slug } from './spec-name.ts';
import {
  isVersioned,
  relativePath,
  sourceOf,
  sourceProblems,
  sourceSchema,
  type TargetSource,
} from './target-source.ts';

/** `target.yaml`: what a folder under `targets/` is, and how it is run. `docs/adding-a-target.md` explains each key. */

const REQUEST = /^[A-Z]+ \/[\x21-\x7e]*$/;
export const requestLine = z.string().max(500).regex(REQUEST, '`METHOD /path`');
const variableName = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name of lower-case letters, digits and _');

const serverSchema = z.strictObject({
  /** The package whose version is the server's; null: its version is the runtime's. */
  package: z.string().max(100).optional(),
  interfaces: z.array(slug).min(1).max(8),
  /** Placeholders of `argv` whose value depends on the interface: name → interface → value. */
  variables: z.record(variableName, z.record(z.string(), z.string().max(200))).default({}),
  argv: z.array(z.string().max(500)).min(1).max(100),
});

export const manifestSchema = z.strictObject({
  name: slug,
  display_name: z.string().min(1).max(100),
  language: z.enum(['python', 'node']),
  category: z.enum(['production', 'tuned', 'stripped']),
  kind: z.enum(['fullstack', 'micro', 'platform']),
  baseline: slug.optional(),
  /** The framework's package: its version is the target's. */
  package: z.string().max(100).optional(),
  runtime: z.partialRecord(z.enum(['python', 'node']), z.string().regex(/^>=\d+(\.\d+){0,2}$/, '`>=3.11`')).default({}),
  /** Without one there is nothing to install. Of a target from git it is a file of the repository, in `subdir`. */
  lock: relativePath.optional(),
  servers: z.record(slug, serverSchema),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable name'), z.string().max(2000)).default({}),
  ready: z.strictObject({
    path: z
      .string()
      .max(200)
      .regex(/^\/\S*$/, 'a path from /'),
    timeout_s: z.number().gt(0).max(600).default(60),
  }),
  reset: z.strictObject({ request: requestLine }).optional(),
  source: sourceSchema.default({ path: '.' }),
  workloads: z.array(slug).min(1).max(32),
  settings: z
    .array(z.strictObject({ what: z.string().max(200), value: z.string().max(500), source: z.url().max(500) }))
    .max(64)
    .default([]),
  features: boundedRecord(
    z.string().max(60),
    z.strictObject({ value: z.string().max(300), source: z.url().max(500) }),
    MAX_FEATURES,
  ).default({}),
});
export type Manifest = Omit<z.output<typeof manifestSchema>, 'source'> & { readonly source: TargetSource };

export type ParsedManifest =
  | { readonly ok: true; readonly manifest: Manifest }
  | { readonly ok: false; readonly problems: readonly InputProblem[] };

/** Values that every command may use, besides the server's own variables. */
const COMMON_PLACEHOLDERS = ['port', 'workers', 'interface'] as const;

/** Parses a manifest from decoded YAML, with all its problems at once. */
export function parseManifest(input: unknown): ParsedManifest {
  const parsed = manifestSchema.safeParse(input);
  if (!parsed.success) {
    return { ok: false, problems: problemsOf(parsed.error, input, [], Object.keys(manifestSchema.shape)) };
  }
  const problems = Object.entries(parsed.data.servers).flatMap(([name, server]) => serverProblems(name, server));
  const servers = Object.keys(parsed.data.servers).length;
  if (servers === 0) problems.push({ pointer: '/servers', detail: 'expected at least one server, got none' });
  if (servers > MAX_SERVERS)
    problems.push({ pointer: '/servers', detail: `expected at most ${MAX_SERVERS} servers, got ${servers}` });
  problems.push(...sourceProblems(parsed.data.source));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, manifest: { ...parsed.data, source: sourceOf(parsed.data.source) } };
}

function serverProblems(name: string, server: z.output<typeof serverSchema>): InputProblem[] {
  const at = `/servers/${name}`;
  const known = [...COMMON_PLACEHOLDERS, ...Object.keys(server.variables)];
  const used = placeholdersOf(server.argv);
  const problems = used
    .filter((placeholder) => !known.includes(placeholder))
    .map((placeholder) => ({
      pointer: `${at}/argv`,
      detail: `unknown placeholder {${placeholder}}${suggestion(placeholder, known)}`,
    }));
  if (!used.includes('port'))
    problems.push({ pointer: `${at}/argv`, detail: 'expected {port} in it: the port is free for each trial' });
  for (const [variable, values] of Object.entries(server.variables)) {
    for (const missing of server.interfaces.filter((each) => values[each] === undefined)) {
      problems.push({
        pointer: `${at}/variables/${variable}`,
        detail: `expected a value for the interface ${missing}`,
      });
    }
  }
  return problems;
}

function placeholdersOf(argv: readonly string[]): string[] {
  return [...argv.join('\n').matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
}

export interface CommandValues {
  readonly port: number;
  readonly workers: number;
  /** One of the server's interfaces. */
  readonly interface: string;
}

/** The server's command with its placeholders filled in. The server must be one of the manifest's. */
export function serverCommand(manifest: Manifest, server: string, values: CommandValues): string[] {
  const found = manifest.servers[server];
  if (found === undefined) throw new RangeError(`target ${manifest.name} has no server ${shown(server)}`);
  const filled = new Map<string, string>([
    ['port', String(values.port)],
    ['workers', String(values.workers)],
    ['interface', values.interface],
    ...Object.entries(found.variables).map(([name, by]): [string, string] => [name, by[values.interface] ?? '']),
  ]);
  return found.argv.map((word) => word.replaceAll(/\{(\w+)\}/g, (whole, name: string) => filled.get(name) ?? whole));
}

/** What a runner tells the service of a target. */
export function offerOf(manifest: Manifest, unavailable: string | null): TargetOffer {
  return {
    target: manifest.name,
    display_name: manifest.display_name,
    language: manifest.language,
    category: manifest.category,
    kind: manifest.kind,
    servers: Object.entries(manifest.servers).map(([server, { interfaces }]) => ({ server, interfaces })),
    workloads: manifest.workloads,
    unavailable,
    settings: manifest.settings,
    features: manifest.features,
    ...(isVersioned(manifest.source) && { versioned: true, branches: [...manifest.source.branches] }),
  };
}
