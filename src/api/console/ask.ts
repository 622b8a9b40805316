import type { Context } from 'hono';
import { AppError, ERROR_CODES, type InputProblem } from '../../core/errors.ts';
import type { AppEnv, Caller } from '../deps.ts';
import type { App } from '../endpoint.ts';
import { inside } from '../inside.ts';

interface Sent {
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks the API as any client does, in the name of who has signed in: what its routes refuse, the console cannot do. */
export interface Ask {
  /** The answer's JSON. Throws what the API answers. */
  get<T>(path: string): Promise<T>;
  /** Throws what the API answers. */
  send(method: string, path: string, sent?: Sent): Promise<Response>;
}

interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly InputProblem[];
}

/** Asks within the process: the same app, with no key on the way. */
export function askerOf(app: App, c: Context<AppEnv>, caller: Caller): Ask {
  const send: Ask['send'] = async (method, path, { text, headers = {} } = {}) => {
    const request = new Request(new URL(path, c.req.url), {
      method,
      headers: { Accept: 'application/json', 'X-Request-Id': c.get('request_id'), ...headers },
      ...(text === undefined ? {} : { body: text }),
    });
    const answer = await app.fetch(inside(request, caller), c.env);
    if (answer.status >= 400) throw await errorOf(answer);
    return answer;
  };
  return { send, get: async <T>(path: string) => (await (await send('GET', path)).json()) as T };
}

/** The error that the API has made a problem of. */
async function errorOf(answer: Response): Promise<AppError> {
  const { code, detail, errors = [] } = (await answer.json()) as ProblemBody;
  const known = ERROR_CODES.find((each) => each === code) ?? 'internal';
  const retry_after = answer.headers.get('Retry-After');
  const extra = retry_after === null ? {} : { retry_after_s: Number(retry_after) };
  return new AppError(known, detail, { problems: errors, extra });
}
