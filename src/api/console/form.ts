import type { Context } from 'hono';
import type { z } from '@hono/zod-openapi';
import { AppError, type InputProblem } from '../../core/errors.ts';
import { problemsOf } from '../../core/spec-problems.ts';
import { decodeUtf8, MAX_SPEC_BYTES, mediaTypeOf, readBytes } from '../body.ts';
import type { AppEnv, Deps } from '../deps.ts';
import { problemLine } from '../problem.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';
/** A key or an id, a token, and the address of a page. */
export const MAX_SMALL_FORM_BYTES = 8 * 1024;
/** A character that has to be escaped takes three bytes each, an end of line six: a spec of the largest size fits unless it is little else. */
export const MAX_SPEC_FORM_BYTES = 4 * MAX_SPEC_BYTES;

/** The name under which every form of a session carries its token. */
export const TOKEN_FIELD = 'form_token';

export type Fields = Readonly<Record<string, string>>;

/** The fields of a form, each given once and without NUL. Throws unsupported-media-type, body-too-large, malformed-body, invalid-request. */
export async function readForm(deps: Pick<Deps, 'config'>, c: Context<AppEnv>, maxBytes: number): Promise<Fields> {
  mediaTypeOf(c.req.raw.headers, (essence) => essence === FORM_TYPE, FORM_TYPE);
  const bytes = await readBytes(c.req.raw, { maxBytes, timeout_ms: deps.config.body_timeout_ms });
  const given = new URLSearchParams(decodeUtf8(bytes));
  const fields = Object.fromEntries(given);
  const problems: InputProblem[] = [...new Set(given.keys())].flatMap((name) => {
    const pointer = `/${name.replaceAll('\0', '')}`;
    const times = given.getAll(name).length;
    if (times > 1) return [{ pointer, detail: `expected the field once, got it ${times} times` }];
    const isText = !`${name}${fields[name]}`.includes('\0');
    return isText ? [] : [{ pointer, detail: 'expected text without a NUL character' }];
  });
  if (problems.length > 0) throw refused(problems);
  return fields;
}

/** The fields by the schema of their form. Throws invalid-request with every problem. */
export function checkedFields<S extends z.ZodObject>(schema: S, fields: Fields): z.output<S> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  throw refused(problemsOf(parsed.error, fields, [], Object.keys(schema.shape)));
}

function refused(problems: readonly InputProblem[]): AppError {
  return new AppError('invalid-request', problemLine(problems), { problems });
}
