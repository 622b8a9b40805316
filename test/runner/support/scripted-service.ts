import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeSchedule } from '../../../src/core/schedule.ts';
import { expandMatrix } from '../../../src/core/matrix.ts';
import { parseSpec } from '../../../src/core/spec-parse.ts';
import type { ClaimedJob } from '../../../src/core/runner-protocol.ts';
import type { Spec } from '../../../src/core/spec.ts';
import type { TrialResult } from '../../../src/core/trial-result.ts';

export type CallName = 'sessions' | 'claims' | 'start' | 'heartbeat' | 'put' | 'finish' | 'release';

export interface Received {
  readonly call: CallName;
  readonly path: string;
  readonly lease: string | null;
  readonly bytes: Buffer;
  readonly body: Record<string, unknown>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The answer is sent when this has resolved. */
  readonly after?: Promise<unknown>;
  /** Break the connection instead of answering. */
  readonly hangUp?: boolean;
}

/** Answers one call, or leaves it to the usual answer by returning null. */
export type Script = (received: Received) => Answer | null;

export const problem = (status: number, code: string, extra: object = {}): Answer => ({
  status,
  body: { type: 'about:blank', title: code, status, code, detail: `scripted ${code}`, ...extra },
});

/** A normalised spec of the fixture: one connections level, given deployments, short. */
export function fixtureSpec(servers: readonly string[], more: Partial<Spec> = {}, connections = 2): Spec {
  const parsed = parseSpec(
    {
      name: 'fixture',
      deployments: servers.map((server) => ({ id: server, target: 'fixture', server })),
      load: [{ model: 'closed', connections: [connections] }],
      repetitions: 1,
      warmup_s: 0.1,
      window_s: 1,
      timeout_s: 1,
      seed: 1,
      ...more,
    },
    { offers: null },
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.spec, seed: 1 };
}

export interface ScriptedService {
  readonly url: string;
  readonly received: Received[];
  /** Trials that were taken, by `block/run/cell`. */
  readonly stored: Map<string, TrialResult>;
  /** How the job was ended; null: not yet. */
  readonly ended: () => Record<string, unknown> | 'released' | null;
  close(): Promise<void>;
}

/** The job as a claim gives it: the first attempt, nothing measured yet. */
export function claimedJob(spec: Spec, other: Partial<ClaimedJob> = {}): ClaimedJob {
  return {
    job_id: 'job_1',
    experiment_id: 'exp_1',
    attempt: 1,
    generation: 1,
    lease_id: 'lea_1',
    spec,
    schedule: makeSchedule(expandMatrix(spec), spec.repetitions, 1).map(({ block, cells }) => ({
      block,
      cells: [...cells],
    })),
    done_trials: [],
    deadline_in_s: 120,
    ...other,
  };
}

/** The runner protocol with one job, on a real socket; each answer can be replaced by the test's script. */
export async function scriptedService(spec: Spec, script: Script = () => null): Promise<ScriptedService> {
  const received: Received[] = [];
  const stored = new Map<string, TrialResult>();
  let ended: Record<string, unknown> | 'released' | null = null;
  const running = { 'Job-Status': 'running' };
  const job = claimedJob(spec);
  const usual = (call: Received): Answer => {
    switch (call.call) {
      case 'sessions':
        return {
          status: 200,
          body: {
            runner_id: 'rnr_1',
            session_id: 'ses_1',
            poll_s: 0.05,
            heartbeat_s: 0.1,
            lease_s: 90,
            wait_max_s: 0.2,
          },
        };
      case 'claims':
        return ended === null
          ? { status: 200, body: job, headers: running }
          : { status: 204, headers: { 'Retry-After': '1' } };
      case 'put': {
        const [cell = '', block, run] = call.path.split('/').slice(-3);
        stored.set(`${block}/${run}/${decodeURIComponent(cell)}`, call.body as unknown as TrialResult);
        return { status: 201, body: {}, headers: running };
      }
      case 'finish':
        ended = call.body;
        return { status: 200, body: {}, headers: { 'Job-Status': 'lost' } };
      case 'release':
        ended = 'released';
        return { status: 200, body: {}, headers: { 'Job-Status': 'lost' } };
      default:
        return { status: 200, body: {}, headers: running };
    }
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(request);
    received.push(call);
    const { status, headers, body, after, hangUp } = script(call) ?? usual(call);
    await after;
    if (hangUp === true) request.socket.destroy();
    else response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    stored,
    ended: () => ended,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readCall(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const path = request.url ?? '';
  const digest = request.headers['repr-digest'];
  if (request.method === 'PUT') {
    const expected = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
    if (digest !== expected) throw new Error(`the digest ${String(digest)} is not that of the body`);
  }
  const call = (request.method === 'PUT' ? 'put' : path.split('/').at(-1)) as CallName;
  const lease = request.headers['benchwright-lease'];
  return {
    call,
    path,
    lease: typeof lease === 'string' ? lease : null,
    bytes,
    body: bodyOf(bytes),
  };
}

/** Empty for what is no JSON, as a damaged result is none. */
function bodyOf(bytes: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
