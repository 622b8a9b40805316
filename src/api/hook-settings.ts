import { z } from '@hono/zod-openapi';
import { AppError, type InputProblem } from '../core/errors.ts';
import { MAX_BRANCH_PATTERNS } from '../core/git-ref.ts';
import { branchPatternSchema } from '../core/hook/branch-pattern.ts';
import { defaultTemplate } from '../core/hook/default-template.ts';
import { HOOK_EVENTS, type HookEventKind } from '../core/hook/hook-change.ts';
import { type Template, templateProblems } from '../core/hook/template.ts';
import type { Provider } from '../core/origin.ts';
import { MAX_URL_LENGTH, refusalOfUrl } from '../core/outbound-url.ts';
import { slug } from '../core/spec-name.ts';
import { COMMENT_WHEN } from '../db/schema/hooks.ts';
import { parseText } from './body.ts';
import type { ApiConfig } from './deps.ts';
import { isWholeSecret } from './hook-signature.ts';
import { problemLine } from './problem.ts';

/** GitHub's own; a server that is one's own has another. */
export const GITHUB_API = 'https://api.github.com';

/** Visible ASCII: it goes into headers, and into forms of code hosts. */
const visible = (least: number, most: number) =>
  z
    .string()
    .min(least)
    .max(most)
    .regex(/^[!-~]*$/, 'printable ASCII without spaces');

/** Of one's own making: as a secret it is at least as long as the specification asks for. */
export const secretText = visible(24, 200).refine(isWholeSecret, 'expected after `whsec_` 24 to 64 bytes in base64');
export const tokenText = visible(1, 500);

/** What may be set of a hook, and changed. */
export const hookSettings = {
  name: z
    .string()
    .min(1)
    .max(60)
    .regex(/^\P{Cc}*$/u, 'one line without control characters'),
  repo: z
    .string()
    .max(200)
    .regex(/^[\w.-]+(?:\/[\w.-]+)+$/, '`owner/name`')
    .nullable()
    .meta({ description: 'Events of another repository start nothing. Null, for generic hooks: of any.' }),
  events: z.array(z.enum(HOOK_EVENTS)).min(1).max(HOOK_EVENTS.length),
  branches: z.array(branchPatternSchema).min(1).max(MAX_BRANCH_PATTERNS),
  template: z.unknown().meta({ description: 'A spec, or its text in YAML or JSON, with placeholders in its strings.' }),
  target: slug.meta({ description: 'Instead of a template: base against head of this target.' }),
  server: slug.meta({ description: 'Of the target.' }),
  interface: slug.meta({ description: 'Of the server; default: its first.' }),
  api_url: z.string().min(1).max(MAX_URL_LENGTH).nullable(),
  comment: z.enum(COMMENT_WHEN),
};

/** Settings as they came, of which some say more together than each by itself. */
export interface GivenSettings {
  readonly repo?: string | null | undefined;
  readonly events?: readonly HookEventKind[] | undefined;
  readonly template?: unknown;
  readonly target?: string | undefined;
  readonly server?: string | undefined;
  readonly interface?: string | undefined;
  readonly api_url?: string | null | undefined;
  readonly token?: string | undefined;
}

const EVENTS_OF: Readonly<Record<Provider, readonly HookEventKind[]>> = {
  github: ['push', 'pull-request'],
  gitlab: ['push', 'pull-request'],
  generic: ['generic'],
};

/** What a hook reacts to unless it is told otherwise: a push to a branch with a pull request would else be measured twice. */
export function defaultEvents(provider: Provider): HookEventKind[] {
  return provider === 'generic' ? ['generic'] : ['pull-request'];
}

export interface CheckedSettings {
  /** Undefined: none was given. */
  readonly template: Template | undefined;
  /** In its one spelling; undefined: none was given. */
  readonly api_url: string | null | undefined;
}

/** Throws invalid-request with every problem. `isNew`: what a hook must have is looked for. */
export function checkedSettings(
  provider: Provider,
  given: GivenSettings,
  { config, isNew }: { readonly config: Pick<ApiConfig, 'allow_insecure_webhooks'>; readonly isNew: boolean },
): CheckedSettings {
  const template = templateOf(given, isNew);
  const api_url = apiUrlOf(given, config.allow_insecure_webhooks ?? false);
  const problems = [
    ...scopeProblems(provider, given, isNew),
    ...writeProblems(provider, given),
    ...template.problems,
    ...api_url.problems,
  ];
  if (problems.length > 0) throw new AppError('invalid-request', problemLine(problems), { problems });
  return { template: template.value, api_url: api_url.value };
}

function scopeProblems(provider: Provider, { repo, events = [] }: GivenSettings, isNew: boolean): InputProblem[] {
  const isAny = repo === null || (isNew && repo === undefined);
  const problems = events.flatMap((event, i) => {
    if (EVENTS_OF[provider].includes(event)) return [];
    const detail = `expected ${EVENTS_OF[provider].join(' or ')} for ${provider}, got ${event}`;
    return [{ pointer: `/events/${i}`, detail }];
  });
  if (provider !== 'generic' && isAny)
    problems.push({ pointer: '/repo', detail: 'expected `owner/name`: only a generic hook may be for any repository' });
  return problems;
}

/** Commit statuses and comments go to GitHub alone. */
function writeProblems(provider: Provider, { api_url, token }: GivenSettings): InputProblem[] {
  if (provider === 'github') return [];
  const detail = `commit statuses and comments are written to GitHub only, not for ${provider}`;
  return [
    ...(api_url === undefined || api_url === null ? [] : [{ pointer: '/api_url', detail }]),
    ...(token === undefined ? [] : [{ pointer: '/token', detail }]),
  ];
}

interface Part<T> {
  readonly value: T;
  readonly problems: readonly InputProblem[];
}

function apiUrlOf({ api_url }: GivenSettings, allow_insecure: boolean): Part<string | null | undefined> {
  if (api_url === undefined || api_url === null) return { value: api_url, problems: [] };
  const url = URL.parse(api_url);
  const refusal = url === null ? 'is no URL' : refusalOfApi(url, allow_insecure);
  if (url !== null && refusal === null) return { value: url.href.replace(/\/+$/, ''), problems: [] };
  return {
    value: null,
    problems: [{ pointer: '/api_url', detail: `expected a public https address, got one that ${refusal}` }],
  };
}

function refusalOfApi(url: URL, allow_insecure: boolean): string | null {
  return url.href.includes('?') ? 'has a query, behind which no path can stand' : refusalOfUrl(url, { allow_insecure });
}

function templateOf(given: GivenSettings, isNew: boolean): Part<Template | undefined> {
  const { target, server, interface: by, template } = given;
  const names = [target, server, by].some((name) => name !== undefined);
  if (template !== undefined && names)
    return problem('/template', 'expected a template, or target and server, got both');
  if (template !== undefined) return checkedTemplate(template);
  if (!names && !isNew) return { value: undefined, problems: [] };
  if (target !== undefined && server !== undefined)
    return { value: defaultTemplate({ target, server, interface: by }), problems: [] };
  return problem('/template', 'expected a template; or target and server, for base against head of one');
}

function problem(pointer: string, detail: string): Part<undefined> {
  return { value: undefined, problems: [{ pointer, detail }] };
}

function checkedTemplate(template: unknown): Part<Template | undefined> {
  const value = typeof template === 'string' ? parsedText(template) : template;
  if (value instanceof AppError) return problem('/template', value.message);
  const problems = templateProblems(value).map(({ pointer, detail }) => ({ pointer: `/template${pointer}`, detail }));
  return { value: value as Template, problems };
}

/** A template that is sent as the text of its file: YAML, of which JSON is a part. */
function parsedText(text: string): unknown {
  try {
    return parseText(text, 'yaml');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
