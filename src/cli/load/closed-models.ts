import { MAX_CONNECTIONS, MAX_USERS } from '../../core/limits.ts';
import type { ModelOf } from '../../core/load-plan.ts';
import { DEFAULT_RAMP_USERS_PER_S } from '../../core/spec.ts';
import { defaultConnections } from './default-connections.ts';
import type { LoadOptions } from './load-options.ts';
import type { Reading } from './reading.ts';

/** Who pauses for longer is no user of a load test of an hour. */
const MAX_THINK_S = 600;

const THINK = /^(\d+(?:\.\d+)?)s?(?:-(\d+(?:\.\d+)?)s?)?$/;

/** `1-2`: uniform between; `1.5`: constant. In seconds. */
function readThinkTime(text: string, reading: Reading): ModelOf<'users'>['think_time'] {
  const match = THINK.exec(text.trim());
  const lo = Number(match?.[1]);
  const hi = match?.[2] === undefined ? lo : Number(match[2]);
  if (!match || hi < lo || hi > MAX_THINK_S) {
    reading.wrong(
      '--think-time',
      `expected seconds like 1.5, or a range like 1-2, up to ${MAX_THINK_S}, got "${text}"`,
    );
    return { kind: 'constant', s: 0 };
  }
  return hi === lo ? { kind: 'constant', s: lo } : { kind: 'uniform', lo_s: lo, hi_s: hi };
}

export function usersModel(options: LoadOptions, reading: Reading): ModelOf<'users'> {
  const { users = '', thinkTime = '0', ramp = String(DEFAULT_RAMP_USERS_PER_S) } = options;
  return {
    kind: 'users',
    users: reading.number('--users', users, 1, MAX_USERS, true),
    think_time: readThinkTime(thinkTime, reading),
    ramp_users_per_s: reading.number('--ramp', ramp, 0.001, MAX_USERS, false),
  };
}

export function connectionsModel(options: LoadOptions, reading: Reading): ModelOf<'connections'> {
  const { connections = defaultConnections('closed', options) } = options;
  return { kind: 'connections', connections: reading.number('--connections', connections, 1, MAX_CONNECTIONS, true) };
}
