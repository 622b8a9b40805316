import { AppError, type InputProblem } from '../core/errors.ts';
import { foreignText } from '../core/foreign-text.ts';
import type { ReadEvent } from '../core/hook/event-fields.ts';
import { genericEvent } from '../core/hook/generic-event.ts';
import { githubEvent } from '../core/hook/github-event.ts';
import { gitlabEvent } from '../core/hook/gitlab-event.ts';
import type { HookEvent } from '../core/hook/hook-change.ts';
import type { Provider } from '../core/origin.ts';
import { problemLine } from './problem.ts';
import { sentAt } from './hook-signature.ts';

/** What stands beside the payload: which event it is, and its id. */
export interface Envelope {
  readonly event: string;
  /** As the code host names the delivery, the same when it is sent again; null: it does not. */
  readonly delivery_key: string | null;
}

/** Names of ids and of events, by provider. GitLab's `X-Gitlab-Event-UUID` may be that of several events. */
const HEADERS: Readonly<Record<Provider, { readonly event: string | null; readonly ids: readonly string[] }>> = {
  github: { event: 'X-GitHub-Event', ids: ['X-GitHub-Delivery'] },
  gitlab: { event: 'X-Gitlab-Event', ids: ['Idempotency-Key', 'webhook-id'] },
  generic: { event: null, ids: ['webhook-id'] },
};

/** An index row stays small. */
const MAX_KEY = 255;
const MAX_EVENT = 100;

function named(headers: Headers, name: string, most: number, problems: InputProblem[]): string | null {
  const value = headers.get(name);
  if (value === null) return null;
  if (value.length > 0 && value.length <= most && /^[\x20-\x7e]+$/.test(value)) return value;
  problems.push({ pointer: `/headers/${name}`, detail: `expected 1 to ${most} printable ASCII characters` });
  return null;
}

/** Throws invalid-request. */
export function envelopeOf(provider: Provider, headers: Headers): Envelope {
  const problems: InputProblem[] = [];
  const { event: name, ids } = HEADERS[provider];
  const event = name === null ? 'generic' : named(headers, name, MAX_EVENT, problems);
  if (event === null && problems.length === 0)
    problems.push({ pointer: `/headers/${name ?? ''}`, detail: 'expected the name of the event, got nothing' });
  const keys = ids.map((id) => named(headers, id, MAX_KEY, problems));
  if (event === null || problems.length > 0) throw new AppError('invalid-request', problemLine(problems), { problems });
  return { event, delivery_key: keys.find((key) => key !== null) ?? null };
}

function read(provider: Provider, event: string, payload: unknown, headers: Headers): ReadEvent {
  if (provider === 'github') return githubEvent(event, payload);
  return provider === 'gitlab' ? gitlabEvent(event, payload) : genericEvent(payload, sentAt(headers) ?? '');
}

/** Throws invalid-request for a payload that is not what its event has. */
export function eventOf(provider: Provider, { event }: Envelope, payload: unknown, headers: Headers): HookEvent {
  const result = read(provider, event, payload, headers);
  if (result.ok) return result.event;
  const { problems } = result;
  throw new AppError('invalid-request', `no payload of this event: ${problemLine(problems)}`, { problems });
}

/** For people: `pull_request.opened`, `Merge Request Hook.update`, `push`. */
export function eventText({ event }: Envelope, payload: unknown): string {
  const action = memberOf(payload, 'action') ?? memberOf(memberOf(payload, 'object_attributes'), 'action');
  return foreignText(typeof action === 'string' ? `${event}.${action}` : event, MAX_EVENT);
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
