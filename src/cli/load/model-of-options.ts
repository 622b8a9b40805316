import type { LoadModel } from '../../core/load-plan.ts';
import { listText } from '../../core/number-text.ts';
import { connectionsModel, usersModel } from './closed-models.ts';
import type { LoadOptions } from './load-options.ts';
import { capacityModel, rateModel, stagesModel } from './open-models.ts';
import type { Reading } from './reading.ts';

type Kind = LoadModel['kind'];

interface ModelReader {
  readonly kind: Kind;
  readonly read: (options: LoadOptions, reading: Reading) => LoadModel;
}

interface AskedModel extends ModelReader {
  /** The option that asks for it. */
  readonly option: keyof LoadOptions;
  readonly flag: string;
}

const ASKED: readonly AskedModel[] = [
  { kind: 'users', option: 'users', flag: '--users', read: usersModel },
  { kind: 'rate', option: 'rate', flag: '--rate', read: rateModel },
  { kind: 'stages', option: 'stages', flag: '--stages', read: stagesModel },
  { kind: 'capacity', option: 'latencyLimit', flag: '--latency-limit', read: capacityModel },
];
/** What is meant where none of these is given. */
const CONNECTIONS: ModelReader = { kind: 'connections', read: connectionsModel };

const OPEN: readonly Kind[] = ['rate', 'stages', 'capacity'];
const OPEN_ONLY = 'belongs to --rate, --stages and --latency-limit; in a closed loop a request follows an answer';

interface Belonging {
  readonly option: keyof LoadOptions;
  readonly flag: string;
  readonly to: readonly Kind[];
  /** To whoever gives it with another model. */
  readonly says: string;
}

const BELONGINGS: readonly Belonging[] = [
  { option: 'thinkTime', flag: '--think-time', to: ['users'], says: 'belongs to --users; nobody else thinks' },
  {
    option: 'ramp',
    flag: '--ramp',
    to: ['users'],
    says: 'belongs to --users; a rate rises in --stages, like 0-200:30s',
  },
  {
    option: 'connections',
    flag: '--connections',
    to: ['connections', ...OPEN],
    says: 'with --users each of them has a connection: expected one of the two options, got both',
  },
  { option: 'arrivals', flag: '--arrivals', to: OPEN, says: OPEN_ONLY },
  { option: 'maxConnections', flag: '--max-connections', to: OPEN, says: OPEN_ONLY },
  { option: 'errorLimit', flag: '--error-limit', to: ['capacity'], says: 'belongs to --latency-limit' },
  {
    option: 'startRate',
    flag: '--start-rate',
    to: ['capacity'],
    says: 'belongs to --latency-limit, which searches for a rate; one that is known is --rate',
  },
  {
    option: 'duration',
    flag: '--duration',
    to: ['connections', 'users', 'rate', 'capacity'],
    says: 'with --stages the window is as long as all of them',
  },
];

/** The one model that the options ask for. Of several, each is looked at, so that what is wrong with its options is said too. */
export function readModel(options: LoadOptions, reading: Reading): LoadModel {
  const asked = ASKED.filter(({ option }) => options[option] !== undefined);
  if (asked.length > 1) {
    const flags = asked.map(({ flag }) => flag);
    reading.wrong(listText(flags), `expected one of them, got ${flags.length === 2 ? 'both' : 'all'}`);
  }
  const [first = CONNECTIONS, ...others] = asked;
  for (const { option, flag, to, says } of BELONGINGS) {
    if (options[option] !== undefined && ![first, ...others].some(({ kind }) => to.includes(kind)))
      reading.wrong(flag, says);
  }
  const model = first.read(options, reading);
  for (const { read } of others) read(options, reading);
  return model;
}
