import { DRIVERS, type LoadModel, type LoadPlan } from '../../core/load-plan.ts';
import { beyondTimeout } from '../../core/capacity-limit.ts';
import { noArrivalsAt } from '../../core/planned-arrivals.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Address, readAddress } from './address.ts';
import { readDurations } from './durations.ts';
import type { LoadOptions } from './load-options.ts';
import { readModel } from './model-of-options.ts';
import { type LoadProblem, Reading } from './reading.ts';
import { readWorkload } from './workload-of-options.ts';

/** More cores than any host that generates load. */
const MAX_THREADS = 256;

/**
 * The load plan of a command line.
 * @throws CommandError (bad input) that names every problem.
 */
export async function planOfOptions(typed: string, options: LoadOptions): Promise<LoadPlan> {
  const reading = new Reading();
  const model = readModel(options, reading);
  const threads = readThreads(options, model, reading);
  const address = readAddress(typed, reading);
  const durations = readDurations(options, reading);
  checkAgainst(durations, model, reading);
  const plan = {
    model,
    threads,
    ...durations,
    ...readTransport(address, options, reading),
    seed: reading.number('--seed', options.seed ?? '1', 0, Number.MAX_SAFE_INTEGER, true),
    workload: await readWorkload(address, options, reading),
  };
  if (address === null || reading.problems.length > 0) throw refusal(reading.problems);
  return { ...plan, host: address.host, port: address.port };
}

/** What is wrong with a model only beside times that are themselves in order. */
function checkAgainst(
  { window_s, timeout_s }: Pick<LoadPlan, 'window_s' | 'timeout_s'>,
  model: LoadModel,
  reading: Reading,
): void {
  if (reading.problems.length > 0) return;
  if (model.kind === 'rate') {
    const nothing = noArrivalsAt(model.rate_rps, window_s);
    if (nothing !== null) reading.wrong('--rate and --duration', nothing);
  }
  if (model.kind !== 'capacity') return;
  const nothing = noArrivalsAt(model.start_rps, window_s);
  if (nothing !== null) reading.wrong('--start-rate and --duration', nothing);
  const beyond = beyondTimeout(model.limit.latency_ms, timeout_s, '--timeout');
  if (beyond !== null) reading.wrong('--latency-limit', beyond);
}

/** A thread without a connection would do nothing. A model with problems has no number of them. */
function readThreads({ threads: text = '1' }: LoadOptions, model: LoadModel, reading: Reading): number {
  const isReadable = reading.problems.length === 0;
  const threads = reading.number('--threads', text, 1, MAX_THREADS, true);
  const [slots, word] = model.kind === 'users' ? [model.users, 'users'] : [model.connections, 'connections'];
  if (isReadable && threads > slots)
    reading.wrong('--threads', `expected at most one for each of ${slots} ${word}, got ${threads}`);
  return threads;
}

function readTransport(
  address: Address | null,
  options: LoadOptions,
  reading: Reading,
): Pick<LoadPlan, 'scheme' | 'driver' | 'insecure'> {
  const { driver, insecure = false } = options;
  const typed = driver === undefined ? undefined : reading.choice('--driver', driver, DRIVERS);
  const scheme = address?.scheme ?? 'http';
  if (scheme === 'https' && driver === 'socket')
    reading.wrong('--driver', 'socket does not speak TLS; without the option https:// is spoken by undici');
  if (insecure && address?.scheme === 'http')
    reading.wrong('--insecure', 'belongs to https://: nothing else has certificates');
  return { scheme, driver: typed ?? (scheme === 'https' ? 'undici' : 'socket'), insecure };
}

function refusal(problems: readonly LoadProblem[]): CommandError {
  const lines = problems.map(({ where, detail }) => `${where}: ${detail}`);
  const message =
    lines.length === 1 ? lines.join('') : `the load has ${lines.length} problems\n  ${lines.join('\n  ')}`;
  return new CommandError(EXIT.badInput, message, { error: message, errors: problems });
}
