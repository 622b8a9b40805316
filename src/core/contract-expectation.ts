import type { Contract } from './contract.ts';
import { workloadBody } from './contract.ts';
import type { PlannedRequest } from './load-plan.ts';
import { ANY_SUCCESS, type RequestStep } from './request-list.ts';

/** From here on a status says that the request failed. */
const FIRST_FAILURE = 400;

/**
 * What success is of a step of a request list that does not say it: a status below 400 that the contract has for the same method and
 * path, a segment of either that is a placeholder standing for any; where the contract has none, any from 200 to 399. The body is known
 * where the contract gives the whole answer of the very same request, sent without a body.
 */
export function expectationOf(contract: Contract, step: RequestStep): PlannedRequest['expect'] {
  const statuses = contract.requests
    .filter(({ request }) => isAlike(request, step.request))
    .map(({ expect }) => expect.status)
    .filter((status) => status < FIRST_FAILURE);
  const json = step.body === undefined ? knownBody(contract, step.request) : null;
  return { statuses: statuses.length === 0 ? [...ANY_SUCCESS] : [...new Set(statuses)], json };
}

/** The first answer that the contract has of the request, as a workload's is known; null where it fails, or is not known whole. */
function knownBody(contract: Contract, request: string): string | null {
  const first = contract.requests.find((each) => each.request === request);
  if (
    first === undefined ||
    first.expect.status >= FIRST_FAILURE ||
    first.json !== undefined ||
    first.body !== undefined
  )
    return null;
  return workloadBody(contract, { about: '', request, status: first.expect.status });
}

/** The same method, and the same segments of the path; the query does not count. */
function isAlike(a: string, b: string): boolean {
  const [ofA, ofB] = [shapeOf(a), shapeOf(b)];
  return (
    ofA.method === ofB.method &&
    ofA.segments.length === ofB.segments.length &&
    ofA.segments.every((segment, i) => segment === ofB.segments[i] || isOpen(segment) || isOpen(ofB.segments[i] ?? ''))
  );
}

const isOpen = (segment: string): boolean => segment.includes('{{');

function shapeOf(request: string): { method: string; segments: string[] } {
  const space = request.indexOf(' ');
  const [path = ''] = request.slice(space + 1).split('?', 1);
  return { method: request.slice(0, space), segments: path.split('/') };
}
