import type { Caller } from './deps.ts';

/**
 * Requests that the service makes of its own app in the name of who has been admitted already: the console's. They are known by the
 * object itself, so that nothing that comes from outside can look like one.
 */
const callers = new WeakMap<Request, Caller>();

/** Marks a request of our own making. */
export function inside(request: Request, caller: Caller): Request {
  callers.set(request, caller);
  return request;
}

/** In whose name it is made; undefined: it came from outside. */
export function insideCaller(request: Request): Caller | undefined {
  return callers.get(request);
}
