import type { PlanItem, PlannedRequest } from '../../core/load-plan.ts';
import { ANY_SUCCESS, planItems, type RequestList } from '../../core/request-list.ts';
import type { Address } from './address.ts';
import { distinctHeaders, readHeaders } from './header-options.ts';
import type { LoadOptions } from './load-options.ts';
import type { Reading } from './reading.ts';
import { readRequestsFile } from './requests-file.ts';
import { readSingleRequest } from './single-request.ts';

/** What every request has that says nothing else. */
const OWN_HEADERS = { Accept: '*/*', 'User-Agent': 'benchwright' };

/** What an option of a single request is called, and where a list has it. */
const OF_ONE_REQUEST: readonly (readonly [keyof LoadOptions, string])[] = [
  ['method', '--method'],
  ['data', '--data'],
  ['body', '--body'],
];

/** What the load consists of. Of use only where nothing was wrong. */
export async function readWorkload(
  address: Address | null,
  options: LoadOptions,
  reading: Reading,
): Promise<PlanItem[]> {
  const headers = readHeaders(options.header ?? [], reading);
  if (options.requests === undefined) {
    // Whatever the address may be, the other options can still be judged.
    const list = readSingleRequest(address?.path ?? '/', options, headers, reading);
    return itemsOf(list, OWN_HEADERS);
  }
  if (address !== null && address.path !== '/')
    reading.wrong('URL', `with --requests it says host and port: expected the path /, got ${address.path}`);
  for (const [option, flag] of OF_ONE_REQUEST) {
    if (options[option] !== undefined)
      reading.wrong(flag, 'belongs to a single request; with --requests each has its own');
  }
  readSingleRequest('/', {}, headers, reading);
  return itemsOf(await readRequestsFile(options.requests, reading), { ...OWN_HEADERS, ...headers });
}

/** Success of an ad hoc request: any answer that is neither 4xx nor 5xx. */
function anySuccess(): PlannedRequest['expect'] {
  return { statuses: [...ANY_SUCCESS], json: null };
}

function itemsOf(list: RequestList | null, headers: Readonly<Record<string, string>>): PlanItem[] {
  const items = list === null ? [] : planItems(list, anySuccess, headers);
  return items.map(({ weight, steps }) => ({
    weight,
    steps: steps.map((step) => ({ ...step, headers: distinctHeaders(step.headers) })),
  }));
}
