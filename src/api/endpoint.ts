import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { parseBounded } from '../core/bounded-parse.ts';
import { AppError, type InputProblem } from '../core/errors.ts';
import type { Scope } from '../core/key-format.ts';
import { pointerOf } from '../core/spec-problems.ts';
import { authenticate, requireScope } from './auth.ts';
import { type BodyType, parseBody, type ReadBody } from './body.ts';
import type { AppEnv, Caller, Deps } from './deps.ts';
import { insideCaller } from './inside.ts';
import { negotiate } from './negotiate.ts';
import { problemLine } from './problem.ts';
import { countRequest } from './rate-limit.ts';
import { singleValues } from './query.ts';

export type App = OpenAPIHono<AppEnv>;
type Shape = z.ZodObject;

interface BodyRule<B extends z.ZodType> {
  readonly schema: B;
  readonly maxBytes: number;
  readonly types: readonly BodyType[];
  /** Validated by the handler itself: a spec, whose problems are collected across keys; a trial, whose bytes are kept. */
  readonly raw?: boolean;
  /** An absent body stands for `{}`. */
  readonly optional?: boolean;
  /** Read by the handler itself: who sent it shows in its bytes, which are looked at before anything else. */
  readonly unread?: boolean;
  /** Looks at the bytes before they are decoded; throws. */
  readonly verify?: (c: Context<AppEnv>, bytes: Uint8Array) => Promise<void>;
}

interface Answer {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** Media types other than JSON that this answer may have. */
  readonly types?: readonly string[];
}

export interface EndpointRule<P extends Shape, Q extends Shape, B extends z.ZodType> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `{names}`, as OpenAPI writes them. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  /** any: whatever key; null: no key is asked for. */
  readonly scope: Scope | 'any' | null;
  readonly params?: P;
  readonly query?: Q;
  readonly headers?: Shape;
  readonly body?: BodyRule<B>;
  readonly answers: Readonly<Record<number, Answer>>;
}

interface Input<P extends Shape, Q extends Shape, B extends z.ZodType> {
  readonly c: Context<AppEnv>;
  readonly caller: Caller;
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly read: ReadBody;
}

const NO_QUERY = z.strictObject({});
const NO_CALLER: Caller = { key_id: '', project_id: '', type: '', scopes: [] };
const NO_BODY: ReadBody = { bytes: new Uint8Array(), text: '', media_type: '', value: {} };

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code: z.string(),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

/** Validates one part of a request; its problems are named at `/{part}/…`. */
function validated<S extends z.ZodType>(schema: S | undefined, value: unknown, at: readonly string[]): z.output<S> {
  if (!schema) return undefined as z.output<S>;
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const parsed = parseBounded(schema, value, at, known);
  if (parsed.ok) return parsed.data;
  const { problems } = parsed;
  throw new AppError('invalid-request', problemLine(problems), { problems });
}

/** A database's text holds no NUL: whoever sends one is told, instead of failing there. */
function refuseNul(values: Readonly<Record<string, string>>, at: string): void {
  const problems: InputProblem[] = Object.entries(values)
    .filter(([key, value]) => key.includes('\0') || value.includes('\0'))
    .map(([key]) => ({
      pointer: pointerOf([at, key.replaceAll('\0', '')]),
      detail: 'expected text without a NUL character',
    }));
  if (problems.length > 0) throw new AppError('invalid-request', problemLine(problems), { problems });
}

async function readBody(
  c: Context<AppEnv>,
  rule: BodyRule<z.ZodType> | undefined,
  timeout_ms: number | undefined,
): Promise<ReadBody> {
  if (!rule || rule.unread) return NO_BODY;
  const request = c.req.raw;
  const absent = request.body === null || request.headers.get('Content-Length') === '0';
  if (rule.optional && absent) return NO_BODY;
  const { maxBytes, types, verify } = rule;
  const looksAt = verify ? { verify: (bytes: Uint8Array) => verify(c, bytes) } : {};
  return parseBody(request, { maxBytes, types, timeout_ms, ...looksAt });
}

/** Who asks, counted. Throws unauthorized, rate-limited, forbidden. */
async function admit(deps: Deps, c: Context<AppEnv>, scope: Scope | 'any' | null): Promise<Caller> {
  if (scope === null) {
    await countRequest(deps, c, null);
    return NO_CALLER;
  }
  const known = insideCaller(c.req.raw);
  const caller = known ?? (await authenticate(deps, c));
  c.set('caller', caller);
  // Counted when it was admitted.
  if (known === undefined) await countRequest(deps, c, caller.key_id);
  if (scope !== 'any') requireScope(caller, scope);
  return caller;
}

/** The media types that a route may answer with, if anything; of several it chooses itself. */
function typesOf(rule: EndpointRule<Shape, Shape, z.ZodType>): readonly string[] {
  return Object.values(rule.answers).flatMap(({ schema, types = [] }) => [
    ...(schema ? ['application/json'] : []),
    ...types,
  ]);
}

function content(schema: z.ZodType, types: readonly string[]) {
  return Object.fromEntries(types.map((type) => [type, { schema }]));
}

function documented(rule: EndpointRule<Shape, Shape, z.ZodType>): RouteConfig {
  const responses = Object.fromEntries(
    Object.entries(rule.answers).map(([status, { description, schema, types = [] }]) => [
      status,
      {
        description,
        content: {
          ...(schema ? content(schema, ['application/json']) : {}),
          ...content(z.string(), types),
        },
      },
    ]),
  );
  const { params, query, headers, body } = rule;
  return {
    method: rule.method,
    path: rule.path,
    tags: [rule.tag],
    summary: rule.summary,
    ...(rule.scope === null ? {} : { security: [{ key: rule.scope === 'any' ? [] : [rule.scope] }] }),
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(headers ? { headers } : {}),
      ...(body
        ? {
            body: {
              required: body.optional !== true,
              content: content(
                body.schema,
                body.types.map((t) => `application/${t}`),
              ),
            },
          }
        : {}),
    },
    responses: {
      ...responses,
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  };
}

/**
 * One route: asks for the key and its scope, reads and validates params, query and body with the schemas that OpenAPI
 * shows, then calls the handler. Throws what `app.onError` turns into a problem.
 */
export function endpoint<P extends Shape, Q extends Shape, B extends z.ZodType>(
  app: App,
  deps: Deps,
  rule: EndpointRule<P, Q, B>,
  handle: (input: Input<P, Q, B>) => Promise<Response> | Response,
): void {
  const plain = rule as unknown as EndpointRule<Shape, Shape, z.ZodType>;
  const documentedRoute = createRoute(documented(plain));
  const [type, ...others] = typesOf(plain);
  // A link that needs no key goes through mails and pages, which add parameters of their own.
  const unasked = rule.scope === null ? undefined : NO_QUERY;
  app.openAPIRegistry.registerPath(documentedRoute);
  app.on(rule.method.toUpperCase(), documentedRoute.getRoutingPath(), async (c) => {
    c.set('route', rule.path);
    const caller = await admit(deps, c, rule.scope);
    if (type !== undefined) negotiate(c.req.header('Accept'), [type, ...others]);
    const given = singleValues(new URL(c.req.url).searchParams);
    refuseNul(c.req.param(), 'params');
    refuseNul(given, 'query');
    const params = validated(rule.params, c.req.param(), ['params']);
    const query = validated(rule.query ?? (unasked as Q), given, ['query']);
    const read = await readBody(c, rule.body, deps.config.body_timeout_ms);
    const { raw = false, unread = false } = rule.body ?? {};
    const body = raw || unread ? (read.value as z.output<B>) : validated(rule.body?.schema, read.value, []);
    return handle({ c, caller, params, query, body, read });
  });
}
